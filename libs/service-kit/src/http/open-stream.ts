import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/** Begins an answer that is written bit by bit: sends 200 with the headers that every answer has and the given ones. */
export function openStream(reply: FastifyReply, headers: Readonly<Record<string, string>>): ServerResponse {
  reply.hijack();
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers }))
    if (value !== undefined) reply.raw.setHeader(name, value);
  return reply.raw.writeHead(200);
}
