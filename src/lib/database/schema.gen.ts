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
			answer_closure: {
				Args: { code_hash: string; pin_hash: string; request_id?: string; solved: boolean };
				Returns: Json;
			};
			areas: { Args: Record<PropertyKey, never>; Returns: Json };
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
			base_features: { Args: { after?: number; max_rows?: number }; Returns: Json };
			basemap: { Args: { after?: number; max_rows?: number }; Returns: Json };
			board: { Args: { by?: string; category?: string; from_day?: string; to_day?: string }; Returns: Json };
			calendar: { Args: Record<PropertyKey, never>; Returns: Json };
			case_detail: { Args: { case_id: string }; Returns: Json };
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
			city: { Args: Record<PropertyKey, never>; Returns: Json };
			decide_report: {
				Args: {
					case_id?: string;
					category?: string;
					decision: string;
					note?: string;
					occurred_at?: string;
					reason_code?: string;
					report_id: string;
					request_id?: string;
				};
				Returns: Json;
			};
			end_session: { Args: Record<PropertyKey, never>; Returns: Json };
			export_cases: { Args: { after?: string; max_rows?: number }; Returns: Json };
			export_streets: { Args: { after?: number; max_rows?: number }; Returns: Json };
			exposed_calls: { Args: Record<PropertyKey, never>; Returns: Json };
			facilities: { Args: Record<PropertyKey, never>; Returns: Json };
			follow: { Args: { code_hash: string; pin_hash: string }; Returns: Json };
			import_areas: { Args: { areas: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_base_features: { Args: { features: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_calendar: { Args: { days?: Json; hours?: Json; import: Json }; Returns: Json };
			import_categories: { Args: { categories: Json; import: Json }; Returns: Json };
			import_facilities: { Args: { facilities: Json; import: Json }; Returns: Json };
			import_history: { Args: { history: Json; import: Json; is_last?: boolean }; Returns: Json };
			import_streets: { Args: { import: Json; is_last?: boolean; segments: Json }; Returns: Json };
			import_units: { Args: { import: Json; units: Json }; Returns: Json };
			imports: { Args: { max_rows?: number }; Returns: Json };
			inbox: { Args: { after_number?: number; max_rows?: number; status?: string }; Returns: Json };
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
			number_differences: { Args: Record<PropertyKey, never>; Returns: Json };
			patrol_work: { Args: { unit_id?: number }; Returns: Json };
			photo_access: { Args: { purpose?: string; sha256: string }; Returns: Json };
			public_map: { Args: Record<PropertyKey, never>; Returns: Json };
			record_photo: {
				Args: { byte_size: number; claims?: Json; media_type: string; sha256: string };
				Returns: Json;
			};
			replay_differences: { Args: Record<PropertyKey, never>; Returns: Json };
			report_detail: { Args: { report_id: string }; Returns: Json };
			search: { Args: { max_rows?: number; query: string }; Returns: Json };
			search_streets: { Args: { max_rows?: number; query: string }; Returns: Json };
			set_campaign: { Args: { campaign: Json }; Returns: Json };
			set_city: { Args: { city: Json }; Returns: Json };
			set_simulation: { Args: { is_on: boolean }; Returns: Json };
			staff_list: { Args: Record<PropertyKey, never>; Returns: Json };
			submit_report: {
				Args: { body_hash: string; code_hash: string; pin_hash: string; report: Json };
				Returns: Json;
			};
			submit_staff_report: {
				Args: { body_hash: string; code_hash: string; pin_hash: string; report: Json };
				Returns: Json;
			};
			tail: { Args: { after: number; max_rows?: number }; Returns: Json };
			tick: { Args: Record<PropertyKey, never>; Returns: Json };
			units: { Args: Record<PropertyKey, never>; Returns: Json };
			upsert_staff: { Args: { staff: Json }; Returns: Json };
			verify_log: { Args: { after?: number }; Returns: Json };
			wall: { Args: Record<PropertyKey, never>; Returns: Json };
			wall_figures: { Args: { area_ids?: number[]; street_ids?: number[] }; Returns: Json };
			wall_points: { Args: { days?: number }; Returns: Json };
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
