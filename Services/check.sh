#!/usr/bin/env bash
# What must hold for the services: unit tests, real clients and rude ones over sockets, the OpenAPI document.
#
#     Services/check.sh                debug build, a stream of 20,000 texts
#     Services/check.sh --generated    and the proto's code is made anew and compared; that builds protoc's plugins
#     Services/check.sh --million      release build, a stream of 1,000,000 texts
#
# A first build takes minutes: it brings gRPC, Hummingbird, NIO and BoringSSL. Its time is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=debug
generated=no
million=()
for argument in "$@"; do
    case $argument in
        --generated) generated=yes ;;
        --million) configuration=release million=(--million) ;;
        *) echo "check.sh: expected --generated or --million, found $argument" >&2 && exit 64 ;;
    esac
done

swift build -c release --product anneal
TIMEFORMAT='== tests built and run in %R s, %U s of processor time'
time swift test --package-path Services
TIMEFORMAT='== built in %R s, %U s of processor time, %P %% of one processor'
for product in anneal-serve anneal-grpc; do
    time swift build --package-path Services -c "$configuration" --product "$product"
done
tools=Services/.build/$configuration
common=(--anneal .build/release/anneal --model Sources/CShippedModel/Models/default.anneal)

completions=.build/service-check.completions
.build/release/anneal complete --quiet --train Docs/*.md Docs/Decisions/*.md --output "$completions"
python3 -m venv .build/service-check
python=.build/service-check/bin/python
"$python" -m pip install --quiet --disable-pip-version-check \
    openai huggingface_hub requests numpy schemathesis grpcio grpcio-tools
"$python" Services/Tests/HTTPCheck/check.py --tool "$tools/anneal-serve" "${common[@]}" \
    --completions "$completions" --idle 3000
"$python" Services/Tests/HTTPCheck/document.py --tool "$tools/anneal-serve" \
    --completions "$completions" --examples 5
"$python" Services/Tests/GRPCCheck/check.py --tool "$tools/anneal-grpc" "${common[@]}" ${million[@]+"${million[@]}"}
if [ "$generated" = yes ]; then
    PROTOC="$PWD/$python -m grpc_tools.protoc" Services/generate.sh --check
fi
