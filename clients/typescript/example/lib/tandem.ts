import { createTandemClient } from "@tandem/client";
import { cookies } from "next/headers";

/** For server components, server actions and route handlers: whoever is signed in calls. */
export const tandem = createTandemClient({
  baseUrl: process.env.TANDEM_URL ?? "http://127.0.0.1:8000",
  getToken: async () => (await cookies()).get("access_token")?.value,
});
