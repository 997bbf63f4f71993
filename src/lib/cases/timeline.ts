import { m } from '#lib/i18n/messages.ts';

const kinds: Record<string, () => string> = {
	'report.received': () => m.desk_event_report_received(),
	'report.filed': () => m.desk_event_report_filed(),
	'report.merged': () => m.desk_event_report_merged(),
	'report.to_verify': () => m.desk_event_report_to_verify(),
	'report.declined': () => m.desk_event_report_declined(),
	'report.undone': () => m.register_event_undone(),
	'report.unmerged': () => m.register_event_unmerged(),
	'report.split': () => m.register_event_split(),
	'case.evidence_withdrawn': () => m.register_event_withdrawn(),
	'case.evidence_restored': () => m.register_event_restored(),
	'case.filed': () => m.desk_event_case_filed(),
	'case.dispatched': () => m.desk_event_case_dispatched(),
	'case.redispatched': () => m.desk_event_case_redispatched(),
	'case.handling': () => m.desk_event_case_handling(),
	'case.handled': () => m.desk_event_case_handled(),
	'case.closed': () => m.desk_event_case_closed(),
	'case.returned': () => m.desk_event_case_returned(),
	'case.reassigned': () => m.desk_event_case_reassigned(),
	'case.suspended': () => m.desk_event_case_suspended(),
	'case.resumed': () => m.desk_event_case_resumed(),
	'case.voided': () => m.desk_event_case_voided(),
	'case.confirmed': () => m.desk_event_case_confirmed(),
	'case.disputed': () => m.desk_event_case_disputed(),
	'case.overdue': () => m.desk_event_case_overdue(),
	'case.extended': () => m.time_event_extended(),
	'case.flag_cleared': () => m.time_event_flag_cleared(),
	'request.asked': () => m.time_event_asked(),
	'request.approved': () => m.time_event_approved(),
	'request.refused': () => m.time_event_refused(),
	'request.withdrawn': () => m.time_event_withdrawn(),
	'request.lapsed': () => m.time_event_lapsed(),
	'rung.reached': () => m.time_event_rung(),
	'flag.raised': () => m.time_event_flag_raised(),
	'flag.kept': () => m.time_event_flag_kept(),
	'place.corrected': () => m.desk_event_place_corrected(),
	'case.place_corrected': () => m.desk_event_place_corrected(),
	'case.evidence': () => m.desk_event_photo(),
	'report.evidence': () => m.desk_event_photo(),
	'act.recorded': () => m.kerb_event_act(),
	'notice.issued': () => m.kerb_event_notice_issued(),
	'notice.served': () => m.kerb_event_notice_served(),
	'notice.withdrawn': () => m.kerb_event_notice_withdrawn(),
	'link.made': () => m.kerb_event_link_made(),
	'link.ended': () => m.kerb_event_link_ended(),
	'particular.kept': () => m.kerb_event_kept(),
	'particular.revealed': () => m.kerb_event_revealed(),
	'particular.erased': () => m.kerb_event_erased(),
	'particular.sought': () => m.kerb_event_sought()
};

/** What happened, in plain words; an event this version has no words for is called a change. */
export function eventName(kind: string): string {
	return kinds[kind]?.() ?? m.desk_event_other();
}

const roles: Record<string, () => string> = {
	citizen: () => m.desk_role_citizen(),
	volunteer: () => m.desk_role_volunteer(),
	inspector: () => m.desk_role_inspector(),
	team: () => m.desk_role_team(),
	registrar: () => m.desk_role_registrar(),
	dispatcher: () => m.desk_role_dispatcher(),
	closer: () => m.desk_role_closer(),
	unit_handler: () => m.desk_role_unit_handler(),
	office: () => m.desk_role_office(),
	clock: () => m.desk_role_clock()
};

export function roleName(role: string): string {
	return roles[role]?.() ?? role;
}
