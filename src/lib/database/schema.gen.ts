// Generated from the migrations: npx vitest run --project conformance supabase-cli -u

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
	api: {
		Tables: {
			[_ in never]: never;
		};
		Views: {
			[_ in never]: never;
		};
		Functions: {
			account_of: { Args: { staff: string }; Returns: Json };
			add_contact: {
				Args: { code_hash: string; kind: string; language?: string; pin_hash: string; sealed: string };
				Returns: Json;
			};
			admit: {
				Args: { address_hash: string; body_hash?: string; level: number; report_id: string };
				Returns: Json;
			};
			answer_closure: {
				Args: {
					code_hash: string;
					photo_sha256?: string;
					pin_hash: string;
					request_id?: string;
					solved: boolean;
				};
				Returns: Json;
			};
			apply_dispatch_rules: {
				Args: { expected_revision: number; in_force_from?: string; note?: string; rule_set: string };
				Returns: Json;
			};
			area_history: { Args: { area_id: number }; Returns: Json };
			area_numbers: { Args: { area_ids: number[] }; Returns: Json };
			areas: { Args: Record<PropertyKey, never>; Returns: Json };
			around: { Args: { category: string; lat: number; lng: number }; Returns: Json };
			ask_request: {
				Args: {
					case_id: string;
					details?: Json;
					kind: string;
					note?: string;
					reason_code?: string;
					request_id?: string;
				};
				Returns: Json;
			};
			attach_evidence: {
				Args: {
					accuracy_m?: number;
					case_id: string;
					lat?: number;
					lng?: number;
					role: string;
					sha256: string;
					taken_at?: string;
				};
				Returns: Json;
			};
			attach_to_report: {
				Args: {
					accuracy_m?: number;
					lat?: number;
					lng?: number;
					report_id: string;
					role: string;
					sha256: string;
					taken_at?: string;
				};
				Returns: Json;
			};
			base_features: { Args: { after?: number; max_rows?: number }; Returns: Json };
			basemap: { Args: { after?: number; max_rows?: number }; Returns: Json };
			begin_export: {
				Args: { filter?: Json; format?: string; purpose?: string; sort?: string; with_words?: boolean };
				Returns: Json;
			};
			board: { Args: { by?: string; category?: string; from_day?: string; to_day?: string }; Returns: Json };
			calendar: { Args: Record<PropertyKey, never>; Returns: Json };
			calendar_gaps: { Args: Record<PropertyKey, never>; Returns: Json };
			case_choices: { Args: Record<PropertyKey, never>; Returns: Json };
			case_detail: { Args: { case_id: string }; Returns: Json };
			case_enforcement: { Args: { case_id: string }; Returns: Json };
			case_list: { Args: { after?: string; filter?: Json; max_rows?: number; sort?: string }; Returns: Json };
			case_points: { Args: { filter?: Json; max_rows?: number; sort?: string }; Returns: Json };
			case_time: { Args: { case_id: string }; Returns: Json };
			cases: {
				Args: {
					after_filed?: string;
					max_rows?: number;
					only_overdue?: boolean;
					query?: string;
					status?: string[];
				};
				Returns: Json;
			};
			categories: { Args: Record<PropertyKey, never>; Returns: Json };
			category_terms: { Args: Record<PropertyKey, never>; Returns: Json };
			charge_sign_in: {
				Args: {
					account: string;
					device?: string;
					kind?: string;
					login?: string;
					network?: string;
					person?: string;
				};
				Returns: Json;
			};
			city: { Args: Record<PropertyKey, never>; Returns: Json };
			claim_deliveries: { Args: { max_rows?: number }; Returns: Json };
			claim_webhooks: { Args: { max_rows?: number }; Returns: Json };
			closed_areas: { Args: Record<PropertyKey, never>; Returns: Json };
			correct_place: {
				Args: {
					case_id: string;
					expected_version?: number;
					lat: number;
					lng: number;
					note?: string;
					reason_code: string;
					request_id?: string;
				};
				Returns: Json;
			};
			decide_flag: {
				Args: { case_id: string; decision: string; note?: string; reason_code?: string; request_id?: string };
				Returns: Json;
			};
			decide_report: {
				Args: {
					case_id?: string;
					category?: string;
					decision: string;
					despite_lease?: boolean;
					note?: string;
					occurred_at?: string;
					reason_code?: string;
					report_id: string;
					request_id?: string;
				};
				Returns: Json;
			};
			decide_request: {
				Args: { approve: boolean; id: string; note?: string; reason_code?: string; request_id?: string };
				Returns: Json;
			};
			delivery_done: { Args: { id: string; outcome: string }; Returns: Json };
			dispatch_reason: { Args: { case_id: string }; Returns: Json };
			dispatch_rules: { Args: { version?: number }; Returns: Json };
			end_export: { Args: { export_id: string; row_count: number }; Returns: Json };
			end_session: { Args: Record<PropertyKey, never>; Returns: Json };
			end_sessions: { Args: { session?: string }; Returns: Json };
			ended_among: { Args: { sessions: string[] }; Returns: Json };
			erase_contact: { Args: { contact_id: string }; Returns: Json };
			erase_contacts: { Args: { code_hash: string; pin_hash: string }; Returns: Json };
			erase_expired: { Args: { max_rows?: number }; Returns: Json };
			erase_particular: { Args: { particular_id: string; why: string }; Returns: Json };
			export_cases: { Args: { after?: string; max_rows?: number }; Returns: Json };
			export_page: {
				Args: { after?: string; export_id: string; filter?: Json; max_rows?: number; sort?: string };
				Returns: Json;
			};
			export_streets: { Args: { after?: number; max_rows?: number }; Returns: Json };
			exposed_calls: { Args: Record<PropertyKey, never>; Returns: Json };
			facilities: { Args: Record<PropertyKey, never>; Returns: Json };
			facility_history: { Args: { facility_id: number }; Returns: Json };
			fact_cases: { Args: { numbers: number[] }; Returns: Json };
			fact_changes: { Args: { after: number; max_events?: number }; Returns: Json };
			fact_page: { Args: { after?: number; max_rows?: number }; Returns: Json };
			fact_setting: { Args: Record<PropertyKey, never>; Returns: Json };
			find_particulars: { Args: { fingerprint: string }; Returns: Json };
			find_vehicle: { Args: { fingerprint: string }; Returns: Json };
			follow: { Args: { code_hash: string; pin_hash: string }; Returns: Json };
			forget_photo: { Args: { sha256: string }; Returns: Json };
			forgive_sign_in: { Args: { account: string; device?: string; network?: string }; Returns: Json };
			hotspot_spots: { Args: { after?: number; max_rows?: number }; Returns: Json };
			hotspot_surroundings: { Args: { lat: number; lng: number; radius_m?: number }; Returns: Json };
			import_areas: { Args: { areas: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_base_features: { Args: { features: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_calendar: { Args: { days?: Json; hours?: Json; import: Json }; Returns: Json };
			import_categories: { Args: { categories: Json; import: Json }; Returns: Json };
			import_facilities: { Args: { facilities: Json; import: Json }; Returns: Json };
			import_history: { Args: { history: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_retention: { Args: { import: Json; rules: Json }; Returns: Json };
			import_shifts: { Args: { import: Json; shifts: Json }; Returns: Json };
			import_streets: { Args: { import: Json; is_last?: boolean; segments: Json }; Returns: Json };
			import_units: { Args: { import: Json; units: Json }; Returns: Json };
			imports: { Args: { max_rows?: number }; Returns: Json };
			inbox: { Args: { after_number?: number; max_rows?: number; status?: string }; Returns: Json };
			intake_limits: { Args: Record<PropertyKey, never>; Returns: Json };
			judge_photo: {
				Args: { covers?: Json; revision?: number; sha256: string; verdict: string };
				Returns: Json;
			};
			keep_leases: { Args: { left_report?: string; open_report?: string }; Returns: Json };
			keep_recovery_codes: { Args: { hashes: string[]; staff: string }; Returns: Json };
			keep_tab: { Args: { is_default?: boolean; is_tab?: boolean; view_id: string }; Returns: Json };
			known_receipt: { Args: { body_hash: string; report_id: string }; Returns: Json };
			limits: { Args: Record<PropertyKey, never>; Returns: Json };
			link_case: { Args: { case_id: string; subject: Json }; Returns: Json };
			list_exports: { Args: { max_rows?: number }; Returns: Json };
			log_marks: { Args: { after?: number; max_rows?: number }; Returns: Json };
			log_page: { Args: { after?: number; max_rows?: number }; Returns: Json };
			me: { Args: Record<PropertyKey, never>; Returns: Json };
			move_case: {
				Args: {
					case_id: string;
					details?: Json;
					expected_version?: number;
					move: string;
					note?: string;
					occurred_at?: string;
					reason_code?: string;
					request_id?: string;
				};
				Returns: Json;
			};
			my_account: { Args: Record<PropertyKey, never>; Returns: Json };
			nearby: { Args: { category: string; lat: number; lng: number }; Returns: Json };
			note_session: {
				Args: { agent?: string; device?: string; network?: string; session: string; staff: string };
				Returns: Json;
			};
			note_unreadable: { Args: { code: string; sha256: string }; Returns: Json };
			notice: { Args: { notice_id: string }; Returns: Json };
			notice_sessions: { Args: Record<PropertyKey, never>; Returns: Json };
			notice_templates: { Args: Record<PropertyKey, never>; Returns: Json };
			notifications: { Args: { before?: number; max_rows?: number }; Returns: Json };
			number_differences: { Args: Record<PropertyKey, never>; Returns: Json };
			number_ground: { Args: Record<PropertyKey, never>; Returns: Json };
			open_requests: { Args: { max_rows?: number }; Returns: Json };
			orphan_photos: { Args: { before: string; max_rows?: number }; Returns: Json };
			password_changed: { Args: { session?: string; staff: string }; Returns: Json };
			patrol_hours: { Args: Record<PropertyKey, never>; Returns: Json };
			patrol_work: { Args: { unit_id?: number }; Returns: Json };
			photo_access: { Args: { purpose?: string; sha256: string }; Returns: Json };
			photo_differences: { Args: Record<PropertyKey, never>; Returns: Json };
			photo_judgement: { Args: { sha256: string }; Returns: Json };
			photo_list: { Args: { after?: string; max_rows?: number }; Returns: Json };
			photos_known: { Args: { sha256s: string[] }; Returns: Json };
			photos_to_judge: { Args: { after?: string; max_rows?: number }; Returns: Json };
			place_at: { Args: { accuracy_m?: number; lat: number; lng: number }; Returns: Json };
			preview_areas: { Args: { areas: Json }; Returns: Json };
			public_map: { Args: { category?: string }; Returns: Json };
			public_photo: { Args: { public_id: string }; Returns: Json };
			public_street: { Args: { street_id: number }; Returns: Json };
			received_reports: {
				Args: { by: string; category?: string; from_day: string; to_day: string };
				Returns: Json;
			};
			record_act: { Args: { act: Json; case_id: string; request_id?: string }; Returns: Json };
			record_photo: {
				Args: { byte_size: number; claims?: Json; media_type: string; sha256: string };
				Returns: Json;
			};
			remove_view: { Args: { view_id: string }; Returns: Json };
			replay_differences: { Args: Record<PropertyKey, never>; Returns: Json };
			report_detail: { Args: { report_id: string }; Returns: Json };
			report_particulars: { Args: { report_id: string }; Returns: Json };
			reseal_particular: { Args: { particular: Json }; Returns: Json };
			retention: { Args: Record<PropertyKey, never>; Returns: Json };
			retry_webhook: { Args: { webhook_id: string }; Returns: Json };
			reveal: { Args: { note?: string; particular_id: string; reason_code?: string }; Returns: Json };
			reveals: {
				Args: {
					after?: string;
					from_day?: string;
					kind?: string;
					max_rows?: number;
					reason_code?: string;
					staff_id?: string;
					to_day?: string;
				};
				Returns: Json;
			};
			save_areas: { Args: { areas: Json; moves_filed?: boolean }; Returns: Json };
			save_dispatch_rules: { Args: { expected_revision?: number; rules: Json }; Returns: Json };
			save_facility: { Args: { facility: Json }; Returns: Json };
			save_shift: { Args: { shift: Json }; Returns: Json };
			save_view: { Args: { view: Json }; Returns: Json };
			saved_views: { Args: Record<PropertyKey, never>; Returns: Json };
			sealed_particulars: { Args: { ids: string[] }; Returns: Json };
			search: { Args: { max_rows?: number; query: string }; Returns: Json };
			search_streets: { Args: { max_rows?: number; query: string }; Returns: Json };
			see_notifications: { Args: { up_to: number }; Returns: Json };
			serve_notice: { Args: { notice_id: string; served: Json }; Returns: Json };
			set_campaign: { Args: { campaign: Json }; Returns: Json };
			set_category_terms: { Args: { category: string; terms: string[] }; Returns: Json };
			set_city: { Args: { city: Json }; Returns: Json };
			set_intake_limits: { Args: { limits: Json }; Returns: Json };
			set_ladder: { Args: { rungs: Json }; Returns: Json };
			set_limits: { Args: { limits: Json }; Returns: Json };
			set_notice_template: {
				Args: { based_on: number; body: string; kind: string; title: string };
				Returns: Json;
			};
			set_retention: { Args: { days: number; kind: string }; Returns: Json };
			set_role_dates: { Args: { role_id: number; valid_from?: string; valid_to?: string }; Returns: Json };
			set_sign_in_rules: { Args: { rules: Json }; Returns: Json };
			set_simulation: { Args: { is_on: boolean }; Returns: Json };
			set_staff_active: { Args: { is_active: boolean; staff_id: string }; Returns: Json };
			set_webhook: { Args: { webhook: Json }; Returns: Json };
			shifts: { Args: Record<PropertyKey, never>; Returns: Json };
			sign_in_rules: { Args: Record<PropertyKey, never>; Returns: Json };
			split_report: {
				Args: {
					category: string;
					description: string;
					new_id: string;
					report_id: string;
					request_id?: string;
				};
				Returns: Json;
			};
			staff_holds: { Args: { staff_id: string }; Returns: Json };
			staff_list: { Args: Record<PropertyKey, never>; Returns: Json };
			staff_roles: { Args: { staff_id: string }; Returns: Json };
			stale_particulars: { Args: { key_id: string; max_rows?: number }; Returns: Json };
			street_names: { Args: Record<PropertyKey, never>; Returns: Json };
			subject_history: { Args: { site_id?: string; vehicle_id?: string }; Returns: Json };
			subjects: { Args: { after?: number; kind: string; max_rows?: number; words?: string }; Returns: Json };
			submit_report: {
				Args: { body_hash: string; code_hash: string; pin_hash: string; report: Json };
				Returns: Json;
			};
			submit_staff_report: {
				Args: { body_hash: string; code_hash: string; pin_hash: string; report: Json };
				Returns: Json;
			};
			sweep_retention: { Args: Record<PropertyKey, never>; Returns: Json };
			tail: { Args: { after: number; max_rows?: number }; Returns: Json };
			take_token: { Args: { key: string; kind: string }; Returns: Json };
			tend_account: { Args: { staff: string; what: string }; Returns: Json };
			tick: { Args: Record<PropertyKey, never>; Returns: Json };
			try_dispatch_rules: { Args: { days?: number }; Returns: Json };
			undo_decision: { Args: { report_id: string; request_id?: string }; Returns: Json };
			units: { Args: Record<PropertyKey, never>; Returns: Json };
			unlink_case: { Args: { link_id: string }; Returns: Json };
			unmerge_report: {
				Args: { note?: string; reason_code: string; report_id: string; request_id?: string };
				Returns: Json;
			};
			unseen: { Args: Record<PropertyKey, never>; Returns: Json };
			upsert_staff: { Args: { staff: Json }; Returns: Json };
			use_recovery_code: { Args: { hash: string; session: string; staff: string }; Returns: Json };
			verify_log: { Args: { after?: number }; Returns: Json };
			wall: { Args: Record<PropertyKey, never>; Returns: Json };
			wall_figures: { Args: { area_ids?: number[]; street_ids?: number[] }; Returns: Json };
			wall_points: { Args: { days?: number }; Returns: Json };
			webhook_done: { Args: { id: string; outcome: string; why?: string }; Returns: Json };
			webhooks: { Args: Record<PropertyKey, never>; Returns: Json };
			withdraw_dispatch_rules: { Args: { rule_set: string }; Returns: Json };
			withdraw_notice: { Args: { note?: string; notice_id: string; reason_code?: string }; Returns: Json };
			withdraw_request: { Args: { id: string }; Returns: Json };
			would_go_elsewhere: { Args: { max_rows?: number }; Returns: Json };
		};
		Enums: {
			[_ in never]: never;
		};
		CompositeTypes: {
			[_ in never]: never;
		};
	};
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'api'>];

export type Tables<
	DefaultSchemaTableNameOrOptions extends
		keyof (DefaultSchema['Tables'] & DefaultSchema['Views']) | { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
				DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
		: never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
			DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
			Row: infer R;
		}
		? R
		: never
	: DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
		? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
				Row: infer R;
			}
			? R
			: never
		: never;

export type TablesInsert<
	DefaultSchemaTableNameOrOptions extends
		keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
		: never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
			Insert: infer I;
		}
		? I
		: never
	: DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
		? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
				Insert: infer I;
			}
			? I
			: never
		: never;

export type TablesUpdate<
	DefaultSchemaTableNameOrOptions extends
		keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
	TableName extends (DefaultSchemaTableNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
		: never) = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
			Update: infer U;
		}
		? U
		: never
	: DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
		? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
				Update: infer U;
			}
			? U
			: never
		: never;

export type Enums<
	DefaultSchemaEnumNameOrOptions extends
		keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
	EnumName extends (DefaultSchemaEnumNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
		: never) = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
	: DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
		? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
		: never;

export type CompositeTypes<
	PublicCompositeTypeNameOrOptions extends
		keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
	CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
		schema: keyof DatabaseWithoutInternals;
	}
		? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
		: never) = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
	? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
	: PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
		? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
		: never;

export const Constants = {
	api: {
		Enums: {}
	}
} as const;
