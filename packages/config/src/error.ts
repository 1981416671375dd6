/** A problem, in the words that a person needs to fix it, on one screen. */
export interface Problem {
  /** The problem, in one sentence. */
  what: string;
  /** The file, line or field where it is. */
  where?: string;
  /** The contents that are valid there. */
  expected?: string;
  /** The next thing to do. */
  hint?: string;
}

/**
 * The one error class of the project for problems that a person can mend. It is thrown where the problem is
 * known and printed once, by the edge of a stage or of the command line, without a stack.
 */
export class UserError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(describeProblem(problem), options);
    this.name = "UserError";
    this.problem = problem;
  }
}

function describeProblem({ what, where, expected, hint }: Problem): string {
  return [
    what,
    where && `  where:    ${where}`,
    expected && `  expected: ${expected}`,
    hint && `  to do:    ${hint}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/**
 * The text to print for anything that was thrown: the problem alone for a `UserError`, for what the system refuses and for an
 * error in the user's own code, the stack for a defect of ours (and for everything when GUMBEL_STACK=1).
 */
export function renderError(error: unknown): string {
  const problem = userError(error);
  if (problem && process.env.GUMBEL_STACK !== "1") return `error: ${problem.message}`;
  if (error instanceof Error) return error.stack ?? String(error);
  return String(error);
}

/** Anything that was thrown as a problem, for a process that sends it to another. */
export const problemOf = (error: unknown): Problem =>
  userError(error)?.problem ?? { what: renderError(error) };

const userError = (error: unknown): UserError | undefined =>
  error instanceof UserError ? error : (systemProblem(error) ?? ownCodeProblem(error));

/** A line of a stack in the user's `systems/`; those of ours are below a `dist/`. */
const ownLine = /at (?:.* \()?([^()]*(?<!dist)[\\/]systems[\\/][^()]*\.[jt]s:\d+:\d+)\)?$/m;

/** An error that a line of the user's own system has led to; undefined for any other error. */
function ownCodeProblem(error: unknown): UserError | undefined {
  const where = error instanceof Error ? ownLine.exec(error.stack ?? "")?.[1] : undefined;
  return where ? new UserError({ what: (error as Error).message, where }, { cause: error }) : undefined;
}

/** What the system refuses, by its code: the problem, and what to do. */
const refusals = new Map<string, readonly [what: string, hint: string]>([
  ["ENOSPC", ["the disk is full", "free some space and run again: what was finished is kept"]],
  [
    "EDQUOT",
    ["your share of the disk is used up", "free some space and run again: what was finished is kept"],
  ],
  ["EROFS", ["the folder cannot be written to", "use a checkout on a disk that can be written to"]],
  [
    "EFBIG",
    [
      "the file becomes larger than the disk allows",
      "use another file system, or raise the limit: ulimit -f",
    ],
  ],
  ["EMFILE", ["too many files are open", "raise the limit: ulimit -n 1024"]],
  ["ENFILE", ["too many files are open on this machine", "close other programs and run again"]],
  [
    "ENAMETOOLONG",
    ["a name is too long for the file system", "choose a shorter name, or a shorter path to the checkout"],
  ],
  ["EACCES", ["access is refused", "correct the permissions of the file or the folder"]],
  ["EPERM", ["access is refused", "correct the permissions of the file or the folder"]],
  ["EIO", ["the disk cannot be read or written", "check the disk"]],
  [
    "ENOENT",
    ["a file or folder is missing", "run the stage that writes it; another process may have moved it"],
  ],
  ["ENOTDIR", ["a file is where a folder should be", "move it"]],
  ["EISDIR", ["a folder is where a file should be", "move it"]],
  ["ELOOP", ["links lead in a circle", "correct the link"]],
  // What Node says if it cannot open a module for want of a descriptor.
  [
    "ERR_MODULE_NOT_FOUND",
    [
      "a module is missing, or cannot be opened since too many files are",
      "pnpm install, or raise the limit: ulimit -n 1024",
    ],
  ],
  [
    "ERR_FS_FILE_TOO_LARGE",
    ["the file is larger than 2 GiB", "split it, or save it in a format that is read in parts, as Parquet"],
  ],
]);

/** The problem that a refusal of the system is; undefined for any other error. */
function systemProblem(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  const found = refusals.get(code);
  if (!found) return undefined;
  const [what, hint] = found;
  const where = path ?? syscall;
  return new UserError({ what, ...(where !== undefined && { where }), hint }, { cause: error });
}
