// What a refusal means to the person before the page: what happened, and what to do.
import {Refused} from './api';
import {knows, t} from './words';

export interface Told {
  what: string;
  code: string;
  request: string;
}

export function refusalOf(error: unknown): Told {
  if (!(error instanceof Refused)) return {what: t('refused.broken'), code: '', request: ''};
  const told = {code: error.code, request: error.request};
  const own = `refused.${error.code}`;
  if (knows(own)) return {what: t(own, error.values), ...told};
  const status = `refused.status.${error.status}`;
  return {what: t(knows(status) ? status : 'refused.other'), ...told};
}
