#!/usr/bin/env bash
# Makes the Swift code of Protos/ anew:
#
#     ./generate.sh           writes it to Sources/AnnealGRPC/Generated
#     ./generate.sh --check   fails where what is committed is something else
#
# The checksums of the proto and of what was made of it are kept in Protos/generated.sha256, so that who has no plugins can
# tell that one was changed without the other: sha256sum --check Protos/generated.sha256
#
# The plugins are built from the packages; protoc comes with grpcio-tools (pip install grpcio-tools), or name another
# compiler in PROTOC.
set -euo pipefail
cd "$(dirname "$0")"

protoc=${PROTOC:-python3 -m grpc_tools.protoc}
committed=Sources/AnnealGRPC/Generated
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

if ! $protoc --version >/dev/null 2>&1; then
    echo "generate.sh: expected protoc, found none that runs as '$protoc': pip install grpcio-tools, or set PROTOC" >&2
    exit 69
fi
for plugin in protoc-gen-swift protoc-gen-grpc-swift-2; do
    swift build --quiet --product "$plugin"
done
bin=$(swift build --show-bin-path)

$protoc --proto_path=Protos \
    --plugin="$bin/protoc-gen-swift" --swift_out="$made" \
    --swift_opt=Visibility=Internal,UseAccessLevelOnImports=true,FileNaming=DropPath \
    --plugin="$bin/protoc-gen-grpc-swift-2" --grpc-swift-2_out="$made" \
    --grpc-swift-2_opt=Visibility=Internal,UseAccessLevelOnImports=true,Client=true,Server=true,FileNaming=DropPath \
    Protos/tei/v1/tei.proto

if [ "${1:-}" = --check ]; then
    if ! diff -r "$made" "$committed" >&2; then
        echo "generate.sh: $committed is not what Protos/ says; run Services/generate.sh" >&2
        exit 1
    fi
    sha256sum --check --quiet Protos/generated.sha256
else
    mkdir -p "$committed"
    rm -f "$committed"/*.swift
    cp "$made"/*.swift "$committed"
    sha256sum Protos/tei/v1/tei.proto "$committed"/*.swift >Protos/generated.sha256
fi
