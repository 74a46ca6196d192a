/// A call that is worked on. It is counted until the last reference goes, however the call ends: answered, refused, or
/// dropped with its connection.
final class AdmittedCall: Sendable {
    private let admission: Admission

    init(_ admission: Admission) { self.admission = admission }

    deinit { admission.leave() }
}
