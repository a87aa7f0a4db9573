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

/** The sentence to show for whatever was thrown; anything else than a refusal is our own mistake. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  throw thrown;
}
