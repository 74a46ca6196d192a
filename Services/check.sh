#!/usr/bin/env bash
# What must hold for the gRPC service: tests, generated code, and the real client against the running service.
#
#     Services/check.sh             debug build, a stream of 20,000 texts
#     Services/check.sh --million   release build, a stream of 1,000,000 texts
#
# A first build takes minutes: it brings gRPC, NIO and BoringSSL. Its time is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=debug
[ "${1:-}" = --million ] && configuration=release

swift build -c release --product anneal
TIMEFORMAT='== built in %R s, %U s of processor time, %P %% of one processor'
time swift build --package-path Services -c "$configuration" --product anneal-grpc
TIMEFORMAT='== tests built and run in %R s, %U s of processor time'
time swift test --package-path Services

python3 -m venv .build/grpc-check
.build/grpc-check/bin/pip install --quiet --disable-pip-version-check grpcio grpcio-tools numpy
PROTOC="$PWD/.build/grpc-check/bin/python -m grpc_tools.protoc" Services/generate.sh --check
.build/grpc-check/bin/python Services/Tests/GRPCCheck/check.py --tool "Services/.build/$configuration/anneal-grpc" \
    --anneal .build/release/anneal --model Sources/CShippedModel/Models/default.anneal "$@"
