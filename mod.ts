/**
 * Luma deploys containers to servers that run Docker, and no request is lost while it does.
 *
 * As a program, `deno run -A jsr:@luma/cli deploy blog` is `luma deploy blog`. As a module, it is
 * the pieces of that command, to write a deployment of one's own with, in one file.
 *
 * @module
 */
