import type { Socket } from 'node:net';

const ANSWERS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** A socket of Node's HTTP server, and the answer that is being written to it. */
type ServerSocket = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

/** Ends a connection on which something came that is no HTTP request; says why unless an answer is under way, as Node does by itself. */
export function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: ServerSocket): void {
  if (socket.writable && code !== 'ECONNRESET' && !socket._httpMessage?.headersSent)
    socket.write(`HTTP/1.1 ${ANSWERS[code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  socket.destroy();
}
