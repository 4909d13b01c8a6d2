/** The version that a response shows, for {@link ifMatch} and {@link ifNoneMatch}. */
export function etagOf(response: Response): string | undefined {
  return response.headers.get("ETag") ?? undefined;
}

/**
 * Headers of a PATCH or PUT that is to change this version and no other: else 412 `stale_version`.
 *
 * Nothing where there is no version: then the last write wins.
 */
export function ifMatch(etag: string | undefined): Record<string, string> {
  return etag === undefined ? {} : { "If-Match": etag };
}

/** Headers of a GET that is to answer 304, without a body, when this version is still the newest. */
export function ifNoneMatch(etag: string | undefined): Record<string, string> {
  return etag === undefined ? {} : { "If-None-Match": etag };
}

/**
 * Headers of a confirmation: how many whole seconds it may wait for its effects, 0 to 10.
 *
 * @throws RangeError for anything else.
 */
export function preferWait(seconds: number): Record<string, string> {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 10) {
    throw new RangeError(`seconds must be a whole number from 0 to 10, not ${seconds}`);
  }
  return { Prefer: `wait=${seconds}` };
}
