/** Why a way to the native engine is closed, and what would open it. */
export class ProvisionError extends Error {
  readonly cure: string;

  constructor(reason: string, cure: string) {
    super(reason);
    this.cure = cure;
  }
}
