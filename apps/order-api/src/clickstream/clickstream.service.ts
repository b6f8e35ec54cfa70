import { Injectable } from '@nestjs/common';
import type { ClickPage, PageQuery } from '@orderpulse/contracts';
import { randomUUID } from 'node:crypto';
import { Database } from '../database/database.service';
import type { Sql } from '../database/sql';
import { iso } from '../orders/assemble-order';
import type { ClickDraft } from './click-generator';
import { ClickEntity } from './click.entity';

const INSERT_CLICKS = `
  INSERT INTO shop.clicks (click_id, session_id, customer_id, page, action, product_id, created_at_ms)
  SELECT *, $7::bigint
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`;

/** The visitors' steps through the shop's pages. */
@Injectable()
export class ClickstreamService {
  constructor(private readonly database: Database) {}

  /** A page of clicks, newest first. */
  async page({ page, limit }: PageQuery): Promise<ClickPage> {
    const [clicks, total] = await this.database.read((manager) =>
      manager.findAndCount(ClickEntity, { order: { number: 'DESC' }, skip: (page - 1) * limit, take: limit }),
    );
    const items = clicks.map((click) => ({
      click_id: click.clickId,
      session_id: click.sessionId,
      customer_id: click.customerId,
      page: click.page,
      action: click.action,
      product_id: click.productId,
      timestamp: iso(click.createdAtMs),
    }));
    return { items, page, limit, total };
  }

  /** @param nowMs the clicks' time, epoch ms */
  async store(sql: Sql, clicks: readonly ClickDraft[], nowMs: number): Promise<void> {
    await sql.run(INSERT_CLICKS, [
      clicks.map(() => randomUUID()),
      clicks.map((click) => click.sessionId),
      clicks.map((click) => click.customerId),
      clicks.map((click) => click.page),
      clicks.map((click) => click.action),
      clicks.map((click) => click.productId),
      nowMs,
    ]);
  }
}
