import { call, staffClient } from '#lib/database/client.server.ts';
import type { CaseTime, RequestKind } from './case-time.ts';

type Given = Record<string, unknown>;

/** The calls about a case's time, each under the identity of whoever asks. An argument that is absent takes the function's own default. */
function ask<T>(accessToken: string, name: Parameters<typeof call>[1], args: Given): Promise<T> {
	const given = Object.entries(args).filter(([, value]) => value !== null && value !== undefined);
	return call<T>(staffClient(accessToken), name, Object.fromEntries(given));
}

export function readCaseTime(accessToken: string, case_id: string): Promise<CaseTime> {
	return ask(accessToken, 'case_time', { case_id });
}

export interface Asking {
	kind: string;
	details: { hours?: string; review_at?: string; stops_clock?: boolean };
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

export function askRequest(accessToken: string, case_id: string, asking: Asking): Promise<CaseTime> {
	return ask(accessToken, 'ask_request', { case_id, ...asking });
}

export interface Deciding {
	approve: boolean;
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

export function decideRequest(accessToken: string, id: string, deciding: Deciding): Promise<CaseTime> {
	return ask(accessToken, 'decide_request', { id, ...deciding });
}

export function withdrawRequest(accessToken: string, id: string): Promise<CaseTime> {
	return ask(accessToken, 'withdraw_request', { id });
}

export interface FlagDecision {
	/** A word the database does not know is its to refuse. */
	decision: string;
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
}

export function decideFlag(accessToken: string, case_id: string, decision: FlagDecision): Promise<CaseTime> {
	return ask(accessToken, 'decide_flag', { case_id, ...decision });
}

interface Waiting {
	case_id: string;
	number: string;
	street: string | null;
	street_en: string | null;
	category_name: string;
	category_name_en: string | null;
}

export interface WaitingRequest extends Waiting {
	id: string;
	kind: RequestKind;
	asked_at: string;
	hours: number | null;
	review_at: string | null;
	due_at: string | null;
	unit: string;
	unit_en: string | null;
}

/** What waits for the reader's decision, and what they asked for that waits for another's. */
export interface OpenRequests {
	requests: WaitingRequest[];
	mine: WaitingRequest[];
	flags: (Waiting & { raised_at: string; returned_count: number })[];
}

export function readOpenRequests(accessToken: string): Promise<OpenRequests> {
	return ask(accessToken, 'open_requests', { max_rows: 300 });
}
