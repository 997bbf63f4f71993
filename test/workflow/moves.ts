import { peopleNamed, type Person } from '../permissions/people.ts';

export const CASE_STATES = [
	...['filed', 'dispatched', 'handling', 'handled', 'returned', 'suspended', 'reassigned', 'closed', 'voided']
];
export const REPORT_STATES = ['received', 'to_verify', 'filed', 'declined'];

/** Sees every case as an inspector, and handles only those of another unit than grid A's. */
export type Mover = Person | 'two_coats';

export interface Move {
	move: string;
	from: string;
	to: string;
	/** Roles as the product names them. */
	roles: string[];
	/** Only for cases of one's own unit, or one below it. */
	own_unit: boolean;
	/** Acts of one's own on this case that forbid it. */
	not_if: string[];
	needs: string[];
}

const HANDLERS = ['team', 'unit_handler'];
const VERIFIERS = ['closer', 'inspector'];
const move = (name: string, from: string, to: string, roles: string[], more: Partial<Move> = {}): Move => ({
	...{ move: name, from, to, roles, own_unit: roles === HANDLERS, not_if: [], needs: [] },
	...more
});
const each = (states: string[], make: (from: string) => Move) => states.map(make);

/** The workflow as the product describes it; the database's own table must hold exactly this. */
export const MOVES: Move[] = [
	...each(['filed', 'reassigned'], (from) =>
		move('dispatch', from, 'dispatched', ['dispatcher'], { needs: ['unit'] })
	),
	move('redispatch', 'dispatched', 'dispatched', ['dispatcher'], { needs: ['unit', 'reason'] }),
	...each(['dispatched', 'returned'], (from) => move('begin', from, 'handling', HANDLERS)),
	move('finish', 'handling', 'handled', HANDLERS),
	// Asked for by the case's unit: whoever makes the move approves.
	...each(['dispatched', 'returned'], (from) =>
		move('hand_back', from, 'reassigned', ['dispatcher'], { not_if: ['handled_it'], needs: ['request'] })
	),
	// Nobody verifies what they handled, and the dispatcher of a case cannot close it.
	move('close', 'handled', 'closed', VERIFIERS, {
		not_if: ['handled_it', 'dispatched_it'],
		needs: ['proof']
	}),
	move('return', 'handled', 'returned', VERIFIERS, { not_if: ['handled_it'], needs: ['reason'] }),
	...each(['dispatched', 'handling', 'returned'], (from) =>
		move('suspend', from, 'suspended', ['closer'], {
			not_if: ['handled_it', 'dispatched_it'],
			needs: ['request']
		})
	),
	move('resume', 'suspended', 'dispatched', ['closer', 'dispatcher']),
	move('void', 'filed', 'voided', ['closer'], { needs: ['reason', 'note'] }),
	...each(['reassigned', 'dispatched'], (from) =>
		move('void', from, 'voided', ['closer'], { not_if: ['dispatched_it'], needs: ['reason', 'note'] })
	),
	move('dispute', 'closed', 'handled', ['citizen'])
];
export const MOVE_NAMES = [...new Set(MOVES.map(({ move }) => move)), 'reopen'];
export const ACTS = ['handled_it', 'dispatched_it', 'verified_it'];

export interface Decision {
	decision: string;
	from: string;
	to: string;
	roles: string[];
	needs: string[];
}
const decision = (
	name: string,
	from: string,
	to: string,
	roles: string[],
	needs: string[] = []
): Decision => ({
	...{ decision: name, from, to, roles, needs }
});
const CHECKED = ['registrar', 'inspector'];
export const DECISIONS: Decision[] = [
	decision('file', 'received', 'filed', ['registrar']),
	decision('merge', 'received', 'filed', ['registrar'], ['case']),
	decision('verify', 'received', 'to_verify', ['registrar']),
	decision('decline', 'received', 'declined', ['registrar'], ['reason']),
	decision('file', 'to_verify', 'filed', CHECKED),
	decision('merge', 'to_verify', 'filed', CHECKED, ['case']),
	decision('decline', 'to_verify', 'declined', CHECKED, ['reason'])
];
export const DECISION_NAMES = [...new Set(DECISIONS.map(({ decision }) => decision)), 'forget'];

/** Who may act in a role on a case or report of grid A. */
const IN_ROLE: Record<string, Mover[]> = {
	registrar: ['registrar'],
	dispatcher: ['dispatcher'],
	closer: ['closer'],
	inspector: ['inspector_a', 'inspector_city', 'double_hat', 'two_coats'],
	team: ['team_a', 'two_coats'],
	unit_handler: ['handler_a', 'bureau', 'two_coats'],
	// The citizen speaks through the web server, never by this call.
	citizen: []
};
const UNIT_A: Mover[] = ['team_a', 'handler_a', 'bureau'];
const SEES_CASE: Mover[] = peopleNamed('desk inspector_a inspector_city double_hat');
const hasRole = (who: Mover, roles: string[]) => roles.some((role) => IN_ROLE[role]!.includes(who));

/** What a move of a case in grid A comes to; `null` is for a case that no unit has yet. */
export function expectedOfMove(who: Mover, state: string, name: string): string {
	if (who === 'anon' || who === 'service_role') return 'permission denied for function move_case';
	const isDispatched = !(state === 'filed' || state === 'voided');
	const seesIt = SEES_CASE.includes(who) || who === 'two_coats' || (isDispatched && UNIT_A.includes(who));
	if (!seesIt) return 'PT404 not_found';
	const rule = MOVES.find(({ move, from }) => move === name && from === state);
	if (!rule || rule.roles.includes('citizen')) return 'PT409 not_allowed_now';
	if (!hasRole(who, rule.roles)) return 'PT403 role_needed';
	if (rule.own_unit && !UNIT_A.includes(who)) return 'PT403 not_your_unit';
	return `becomes ${rule.to}`;
}

export function expectedOfDecision(who: Mover, state: string, name: string): string {
	if (who === 'anon' || who === 'service_role') return 'permission denied for function decide_report';
	const decides = DECISIONS.filter((rule) => rule.decision === name).flatMap((rule) => rule.roles);
	// Whoever holds the role anywhere learns whether the decision fits, and is refused elsewhere.
	const holds = decides.some(
		(role) => IN_ROLE[role]!.includes(who) || (role === 'inspector' && who === 'inspector_b')
	);
	if (!holds) return 'PT403 role_needed';
	const rule = DECISIONS.find(({ decision, from }) => decision === name && from === state);
	if (!rule) return 'PT409 not_allowed_now';
	if (!hasRole(who, rule.roles)) return 'PT403 role_needed';
	return `becomes ${rule.to}`;
}
