/** Refusals as the service tells them (RFC 9457). */

export type FieldError = { field: string; message: string };

/** A refusal; `message` may be shown, `status` is 0 when the service could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly type: string;
  readonly errors: FieldError[];
  /** Of the sentence, where it is not the page's. */
  readonly lang: "en" | undefined;

  constructor(told: {
    status: number;
    type: string;
    detail: string;
    errors?: FieldError[] | undefined;
    lang?: "en" | undefined;
  }) {
    super(told.detail);
    this.status = told.status;
    this.type = told.type;
    this.errors = told.errors ?? [];
    this.lang = told.lang;
  }
}

/** The refusal that was thrown, whose sentence may be shown; anything else is our own mistake, and thrown on. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  throw thrown;
}

/** Let a refusal pass that nobody needs to hear of; anything else is thrown on. */
export function letPass(thrown: unknown): void {
  asProblem(thrown);
}
