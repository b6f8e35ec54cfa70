import type { FastifyInstance } from 'fastify';
import createRouter, { type HTTPMethod } from 'find-my-way';
import { METHODS } from 'node:http';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that a path has routes for, in capitals and in order; none when there is no such path. */
    methodsOf(path: string): string[];
  }
}

/** How a path is matched with the routes, there and here. */
interface Matching {
  caseSensitive: boolean;
  ignoreTrailingSlash: boolean;
  maxParamLength: number;
}

/** Lets an instance say which methods a path has. Its own router finds a route for one method and tells of no others. */
export function addRouteMethods(instance: FastifyInstance, matching: Matching): void {
  const router = createRouter(matching);
  const known = new Set<string>();
  instance.addHook('onRoute', ({ method, url }) => {
    // What answers every path, as CORS does, makes no path one that there is.
    if (url === '*') return;
    for (const name of [method].flat() as HTTPMethod[]) {
      if (router.hasRoute(name, url)) continue;
      known.add(name);
      router.on(name, url, () => undefined);
    }
  });
  instance.decorate('methodsOf', (path: string) =>
    METHODS.filter((name) => known.has(name) && router.find(name as HTTPMethod, path) !== null),
  );
}
