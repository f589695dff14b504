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
# On a base with libc: docker build --build-arg BASE=debian:bookworm-slim .
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
