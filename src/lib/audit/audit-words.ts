import type { FaultKind } from './chain.ts';

/** What is wrong, for a terminal: Chinese first, English beside it. */
export const faultWords: Record<FaultKind, string> = {
	gap: '日志缺号 / a position is missing',
	event_missing: '记录已被删除 / the event is gone',
	event_changed: '记录已被改动 / the event was changed',
	link_broken: '哈希链断开 / the link does not follow from the one before',
	rewritten:
		'与库外存证不符，记录已被重写 / not what was witnessed outside the database: the log was rewritten',
	cut_off: '库外存证之后的记录已被截去 / cut off before what was witnessed outside the database',
	another_log: '与库外存证不是同一份日志 / not the log that was witnessed outside the database',
	unlinked_events: '有记录不在哈希链中 / there are events outside the chain',
	head_differs: '链尾标记与记录不符 / the end that is marked is not where the log ends'
};
