/**
 * The Dockerfile of luma-proxy's image, for a luma that has no file of it: an executable.
 *
 * The rule: this text and `proxy/Dockerfile` are the same; a test compares them.
 *
 * @module
 */

/** The text of `proxy/Dockerfile`. */
export const DOCKERFILE = `# The image of luma-proxy: one program, and no shell.
#
# rootfs/ holds /usr/local/bin/luma-proxy (luma-health is a link to it) and, where BASE is scratch, the
# few shared libraries it needs. Or it holds a runtime, and the proxy's modules below
# /usr/local/lib/luma/proxy, among them luma-proxy and luma-health themselves.
#
# By hand, for both processors; nothing runs while it is built, so no emulation is needed:
#   npm run build -- luma-proxy --target linux-x64 --target linux-arm64
#   mkdir -p dist/image/rootfs/usr/local/bin && cd dist/image && cp ../../proxy/Dockerfile .
#   ln -sf luma-proxy rootfs/usr/local/bin/luma-health
#   cp ../luma-proxy-linux-x64 rootfs/usr/local/bin/luma-proxy &&
#     docker build --platform linux/amd64 --build-arg BASE=debian:bookworm-slim -t luma-proxy:amd64 .
#   cp ../luma-proxy-linux-arm64 rootfs/usr/local/bin/luma-proxy &&
#     docker build --platform linux/arm64 --build-arg BASE=debian:bookworm-slim -t luma-proxy:arm64 .
#
# It is run with --read-only --cap-drop ALL, a tmpfs at /tmp, and a volume at /var/lib/luma-proxy.
ARG BASE=scratch
FROM \${BASE}
ARG VERSION=unknown
ARG DIGEST=unknown
COPY rootfs/ /
# LUMA_RUN_AS: the program may be the whole luma. DENO_*: for Deno, on a read-only root file system.
ENV PATH=/usr/local/lib/luma/proxy:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
    LUMA_RUN_AS=luma-proxy \\
    DENO_DIR=/tmp/deno \\
    DENO_NO_UPDATE_CHECK=1
LABEL luma.proxy.version="\${VERSION}" luma.proxy.digest="\${DIGEST}"
ENTRYPOINT ["luma-proxy"]
CMD ["run"]
`;
