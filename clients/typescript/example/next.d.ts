// The little of Next.js 16 that the example uses, so that checking it needs no Next.js. An application has the real ones.

declare module "next/cache" {
  export function cacheTag(...tags: string[]): void;
  export function revalidateTag(tag: string, profile: string | { expire?: number }): void;
  export function updateTag(tag: string): void;
}

declare module "next/headers" {
  export function cookies(): Promise<{ get(name: string): { name: string; value: string } | undefined }>;
}

declare module "next/navigation" {
  export function notFound(): never;
}

interface RequestInit {
  next?: { tags?: string[]; revalidate?: number | false };
}
