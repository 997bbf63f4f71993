export interface Facility {
	id: number;
	key: string;
	kind: 'wash_site' | 'camera';
	name: string;
	name_en: string | null;
	lng: number;
	lat: number;
	bays: number | null;
	bays_free: number | null;
	build_state: string;
	outcome: string | null;
	version: number;
}
