import { FastifyAdapter } from '@nestjs/platform-fastify';
// The pages of OpenAPI ask for it at run time: imported here, it is among what the services install.
import '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { maxHeaderSize } from 'node:http';
import { parse } from 'node:querystring';
import { sendProblem } from '../errors/send-problem';
import { addJsonParser } from './body-parsers';
import { refuseUnreadable } from './refuse-unreadable';
import { requestIdOf, REQUEST_ID_HEADER } from './request-id';
import { addRouteMethods } from './route-methods';
import { securityHeaders } from './security-headers';

const BODY_LIMIT_BYTES = 256 * 1024;
/** As Node has them; Fastify's own are 72 s and none. */
const KEEP_ALIVE_MS = 5_000;
const REQUEST_MS = 300_000;

/** How paths are matched: a parameter may be as long as a request's head. */
const MATCHING = { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: maxHeaderSize };

/** Fastify with what every service does to each request. For an application with `bodyParser: false`. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    routerOptions: { ...MATCHING, querystringParser: (text) => parse(text) },
    genReqId: requestIdOf,
    clientErrorHandler: refuseUnreadable,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(always).header(REQUEST_ID_HEADER, request.id);
      sendProblem(error, request, reply);
    },
  });
  const always = securityHeaders();
  // Before anything else that can answer: CORS and what has no route too.
  adapter.setOnRequestHook((request, reply, done) => {
    reply.headers(always).header(REQUEST_ID_HEADER, request.id);
    done();
  });
  const instance = adapter.getInstance();
  addRouteMethods(instance, MATCHING);
  addJsonParser(instance, BODY_LIMIT_BYTES);
  return adapter;
}
