/**
 * Runs the first module of a program. If the modules behind it cannot be opened, that is said in words. Not built, so that it
 * works where nothing is.
 */
export async function start(load) {
  try {
    await load();
  } catch (error) {
    if (!["EMFILE", "ENFILE", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) throw error;
    console.error(`error: a part of the program cannot be opened: ${error.message}
  to do:    pnpm build, if it is not built; else let more files be open at once: ulimit -n 1024`);
    process.exitCode = 1;
  }
}
