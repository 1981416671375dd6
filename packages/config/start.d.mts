/** Runs the first module of a program. If the modules behind it cannot be opened, that is said in words. */
export function start(load: () => Promise<unknown>): Promise<void>;
