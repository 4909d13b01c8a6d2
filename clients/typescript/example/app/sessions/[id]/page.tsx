import { cacheTags, etagOf, unwrap } from "@tandem/client";
import { notFound } from "next/navigation";

import { tandem } from "../../../lib/tandem";
import { Notes } from "./notes";

export default async function SessionPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const result = await tandem.GET("/api/session/{session_id}", {
    params: { path: { session_id: id } },
    next: { tags: [cacheTags.session(id)], revalidate: 300 },
  });
  if (result.response.status === 404) notFound();
  const session = unwrap(result);
  const { user1, user2 } = session.participants;
  return (
    <main>
      <h1>{session.venue_name}</h1>
      <p>
        {user1.name} and {user2.name}: {session.status}
      </p>
      <Notes sessionId={id} notes={session.notes ?? ""} version={etagOf(result.response)} />
    </main>
  );
}
