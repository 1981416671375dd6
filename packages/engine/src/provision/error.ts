/** A failure to provide the native engine, with a hint what to do. */
export class ProvisionError extends Error {
  readonly hint: string;

  constructor(reason: string, hint: string) {
    super(reason);
    this.hint = hint;
  }
}
