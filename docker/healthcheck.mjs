// The health check of every image: exit code 0 when the service on PORT says it is ready, 1 otherwise, with the reason
// on standard error for `docker inspect`.
const TIMEOUT_MS = 3_000;

try {
  const url = `http://127.0.0.1:${process.env.PORT}/health/ready`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status}: ${body.slice(0, 500)}`);
} catch (error) {
  process.stderr.write(`not ready: ${error.message}\n`);
  process.exitCode = 1;
}
