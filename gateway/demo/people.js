// Who there is to be: the people of the demo, and as many others as one likes.

import { Api, Refusal, tokens, uuid } from "./api.js";

/** The people of the demo data. */
export const PEOPLE = [
  { id: "ada00000-0000-4000-8000-000000000001", name: "Ada" },
  { id: "be400000-0000-4000-8000-000000000002", name: "Ben" },
  { id: "c1e00000-0000-4000-8000-000000000003", name: "Cleo" },
  { id: "da400000-0000-4000-8000-000000000004", name: "Dan" },
];

const NAMES = [
  "Aiko", "Amara", "Bruno", "Carla", "Diego", "Elif", "Emil", "Farah", "Greta", "Hugo", "Ines", "Iris", "Jonas",
  "Kofi", "Leila", "Lena", "Milo", "Mira", "Nils", "Noor", "Oskar", "Priya", "Ravi", "Sanne", "Tomas", "Yara",
];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The two that the address names; without, or with one twice, the first two of the demo. */
export function fromAddress() {
  const query = new URLSearchParams(location.search);
  const pair = ["left", "right"].map((side) => query.get(side)?.toLowerCase() ?? "");
  return pair.every((id) => UUID.test(id)) && pair[0] !== pair[1] ? pair : [PEOPLE[0].id, PEOPLE[1].id];
}

/** Whose access token that is; null for what is none. Whether it is good is for the server to say. */
export function ownerOf(token) {
  try {
    const claims = token.trim().split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(atob(claims));
    return UUID.test(sub) ? sub.toLowerCase() : null;
  } catch {
    return null;
  }
}

/** Keep an access token, for all that is asked in its owner's name. */
export function takeToken(token) {
  tokens.set(ownerOf(token), token.trim());
}

/** Two people whom nobody knows yet, with names of their own. Raises Unreachable. */
export async function freshPair() {
  const first = Math.floor(Math.random() * NAMES.length);
  const second = (first + 1 + Math.floor(Math.random() * (NAMES.length - 1))) % NAMES.length;
  const pair = [first, second].map((at) => ({ id: uuid(), name: NAMES[at] }));
  await Promise.all(pair.map(introduce));
  return pair;
}

async function introduce({ id, name }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const api = new Api(id);
  try {
    await api.change("PATCH", "/api/me", { display_name: name, timezone: timeZone });
  } catch (error) {
    // A time zone that only this browser has a name for.
    if (!(error instanceof Refusal)) throw error;
    await api.change("PATCH", "/api/me", { display_name: name });
  }
}
