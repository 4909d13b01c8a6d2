/** The tags that answers are cached under, to name them before there is an answer: `next: { tags: [cacheTags.session(id)] }`. */
export const cacheTags = {
  /** One buddy session. */
  session: (id: string) => `session:${id}`,
  /** What shows something of one user, such as the display name. */
  user: (id: string) => `user:${id}`,
  /** The catalogue of challenges. */
  challenges: "challenges",
  /** The catalogue of sequences. */
  sequences: "sequences",
} as const;

/** The tags that a response says in `Cache-Tag`, for Next.js' `cacheTag(...tagsOf(response))`; none where it says none. */
export function tagsOf(response: Response): string[] {
  return (response.headers.get("Cache-Tag") ?? "").split(/[\s,]+/).filter((tag) => tag !== "");
}
