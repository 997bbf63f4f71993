import type { TableRecord } from '#lib/city/tables/write-table.ts';
import type { Column } from './sheet.ts';

/** A report and what became of it, as `api.export_cases` gives it: fields without a value are absent. */
export interface CaseExport {
	id: string;
	key: string;
	merged_into?: string;
	category: string;
	category_name: string;
	source: string;
	status: string;
	lng: number;
	lat: number;
	confirmed?: boolean;
	has_proof?: boolean;
	[field: string]: string | number | boolean | undefined;
}

/** No reporter, no words of anybody's, no photo: what the figures rest on. */
export const caseColumns: readonly Column[] = [
	{ field: 'key', zh: '案件编号' },
	{ field: 'id', zh: '上报标识' },
	{ field: 'merged_into', zh: '并入案件' },
	{ field: 'category', zh: '类别代码' },
	{ field: 'category_name', zh: '类别' },
	{ field: 'source', zh: '来源' },
	{ field: 'status', zh: '状态' },
	{ field: 'lng', zh: '经度' },
	{ field: 'lat', zh: '纬度' },
	{ field: 'street', zh: '街道' },
	{ field: 'area', zh: '责任区' },
	{ field: 'unit', zh: '责任单位' },
	{ field: 'opened_at', zh: '上报时间' },
	{ field: 'filed_at', zh: '立案时间' },
	{ field: 'dispatched_at', zh: '派遣时间' },
	{ field: 'due_at', zh: '应结时间' },
	{ field: 'handling_at', zh: '开始处理时间' },
	{ field: 'handled_at', zh: '处理完成时间' },
	{ field: 'closed_at', zh: '结案时间' },
	{ field: 'returned_count', zh: '返工次数' },
	{ field: 'disputed_count', zh: '不认可次数' },
	{ field: 'confirmed', zh: '市民确认' },
	{ field: 'has_proof', zh: '有凭证' }
];

/** Our statuses and sources in the words of a Chinese table; the importer of cases knows the same. */
export const statusWords: Record<string, string> = {
	received: '已受理',
	declined: '不受理',
	filed: '待派遣',
	dispatched: '已派遣',
	handling: '处理中',
	handled: '待核查',
	returned: '返工',
	suspended: '挂账',
	closed: '已结案',
	voided: '作废'
};
export const sourceWords: Record<string, string> = {
	citizen: '市民',
	volunteer: '志愿者',
	inspector: '监督员',
	hotline: '热线',
	import: '导入',
	api: '接口'
};

export function caseRecord(row: CaseExport): TableRecord {
	const truth = (value: boolean | undefined) => (value === undefined ? null : value ? '是' : '否');
	return {
		...row,
		status: statusWords[row.status] ?? row.status,
		source: sourceWords[row.source] ?? row.source,
		confirmed: truth(row.confirmed),
		has_proof: truth(row.has_proof)
	};
}
