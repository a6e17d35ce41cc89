# badsig as a static program in an empty image: docker run --rm --read-only --tmpfs /tmp -v "$PWD:/work:ro" badsig check /work
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p badsig-cli --target-dir /build \
    && /build/release/badsig --version \
    && /build/release/badsig check --at 2026-11-21 --add-root tests/recipes/pki/test-root.pem fixtures/exe/signed-stamped.exe \
    && install -D /build/release/badsig /image/badsig && mkdir -m 1777 /image/tmp

FROM scratch
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="badsig" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.description="Will this third-party update be published, and will endpoints accept it?" \
      org.opencontainers.image.source="https://github.com/badsig/badsig" \
      org.opencontainers.image.documentation="https://github.com/badsig/badsig/tree/main/docs" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.vendor="The badsig contributors"
# The program, and a place for members that are too large for memory while they are judged.
COPY --from=build /image /
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/badsig"]
CMD ["--help"]
