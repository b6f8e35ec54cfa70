import type { Request } from 'express';

/** What the router's own types leave out. */
interface MatchingLayer {
  match?: (path: string) => unknown;
}

/** The methods that the path of a request has routes for, in capitals; empty when there is no such path. */
export function allowedMethods({ app, path }: Request): string[] {
  const methods = app.router.stack
    .filter((layer) => (layer as MatchingLayer).match?.(path))
    .flatMap(({ route }) => route?.stack ?? [])
    // A layer for any method has none of its own.
    .flatMap(({ method }) => (method ? [method.toUpperCase()] : []));
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
}
