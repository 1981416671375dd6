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
 * The text to print for anything that was thrown: the problem alone for a `UserError`, the stack for a defect
 * of ours (and for everything when GUMBEL_STACK=1).
 */
export function renderError(error: unknown): string {
  if (error instanceof UserError && process.env.GUMBEL_STACK !== "1") return `error: ${error.message}`;
  if (error instanceof Error) return error.stack ?? String(error);
  return String(error);
}
