// Figures of /metrics that the page shows (Prometheus text format 0.0.4).
export interface Load {
  waiting: number;
  room: number;
  connections: number;
  searches: number;
  usual_s: number | null; // within which half of the searches were answered
  slow_s: number | null; // 95 of 100
  refused: number;
  failed: number;
  certificateUntil: Date | null;
}

interface Line {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function linesOf(text: string): Line[] {
  const out: Line[] = [];
  for (const line of text.split('\n')) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found === null) continue;
    const labels: Record<string, string> = {};
    for (const label of (found[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[label[1]!] = label[2]!;
    out.push({name: found[1]!, labels, value: Number(found[3])});
  }
  return out;
}

// The upper bound of the bucket in which this share of all lies.
function quantile(buckets: Map<number, number>, share: number): number | null {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const all = buckets.get(Infinity) ?? 0;
  if (all === 0) return null;
  return bounds.find((bound) => buckets.get(bound)! >= share * all) ?? null;
}

export function loadOf(text: string): Load {
  const lines = linesOf(text);
  const sum = (name: string, wanted: (labels: Record<string, string>) => boolean = () => true) =>
    lines.filter((line) => line.name === name && wanted(line.labels)).reduce((total, line) => total + line.value, 0);
  const search = (labels: Record<string, string>) => (labels['route'] ?? '').startsWith('/v1/identify/');
  const buckets = new Map<number, number>();
  for (const line of lines) {
    if (line.name !== 'whorl_http_request_duration_seconds_bucket' || !search(line.labels)) continue;
    const bound = line.labels['le'] === '+Inf' ? Infinity : Number(line.labels['le']);
    buckets.set(bound, (buckets.get(bound) ?? 0) + line.value);
  }
  const until = sum('whorl_tls_certificate_until_seconds');
  return {
    waiting: sum('whorl_queue_depth'),
    room: sum('whorl_queue_capacity'),
    connections: sum('whorl_http_connections'),
    searches: sum('whorl_http_requests_total', search),
    usual_s: quantile(buckets, 0.5),
    slow_s: quantile(buckets, 0.95),
    refused: sum('whorl_access_refused_total') + sum('whorl_access_limited_total'),
    failed: sum('whorl_http_requests_total', (labels) => (labels['status'] ?? labels['code'] ?? '').startsWith('5')),
    certificateUntil: until > 0 ? new Date(until * 1000) : null,
  };
}
