// The node: whether it is well and why, who is in it, its audit log, its keys, its load. No identifier of a person.
import type {ComponentChildren} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {type NodeState, Refused, askMetrics, askNode, askReady} from '../api';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {knows, number, t, time} from '../words';
import {type Load, loadOf} from './figures';

const kEvery_ms = 10_000;
const kWarnDays = 30;
const kDay_ms = 24 * 3600 * 1000;

interface Look {
  node: NodeState;
  load: Load;
  ready: boolean;
  at: Date;
}

type Trouble = {key: string; values?: Record<string, string | number>; grave: boolean; detail?: string};

function troubles({node, load, ready}: Look): Trouble[] {
  const out: Trouble[] = [];
  if (!ready) out.push({key: 'trouble.notReady', grave: true});
  if (node.changesRefused !== null) {
    const own = `trouble.changes.${node.changesRefused.code}`;
    out.push({key: knows(own) ? own : 'trouble.changes', values: {code: node.changesRefused.code}, grave: true});
  }
  for (const notice of node.notices) {
    const own = `trouble.notice.${notice.code}`;
    out.push({key: knows(own) ? own : 'trouble.notice', values: {code: notice.code}, grave: false, detail: notice.text});
  }
  if (node.housekeepingFailures > 0) out.push({key: 'trouble.housekeeping', values: {n: node.housekeepingFailures}, grave: false});
  if (node.snapshotsDropped > 0) out.push({key: 'trouble.snapshots', values: {n: node.snapshotsDropped}, grave: false});
  const {last} = node.backups;
  if (last?.result === 'failed') out.push({key: 'trouble.backup', grave: false});
  const age_ms = last === null ? 0 : Date.now() - new Date(last.begunAt).getTime();
  if (last?.result === 'unknown' && age_ms > kDay_ms) out.push({key: 'trouble.backup.unknown', grave: false});
  if (load.certificateUntil !== null) {
    const days = Math.floor((load.certificateUntil.getTime() - Date.now()) / kDay_ms);
    if (days < kWarnDays) out.push({key: 'trouble.certificate', values: {n: Math.max(0, days)}, grave: days <= 0});
  }
  if (load.room > 0 && load.waiting > load.room / 2) out.push({key: 'trouble.queue', values: {n: load.waiting}, grave: false});
  return out;
}

function Facts({title, children}: {title: string; children: ComponentChildren}) {
  return (
    <section class="box">
      <h2>{title}</h2>
      <dl class="facts">{children}</dl>
    </section>
  );
}

function Fact({name, children}: {name: string; children: ComponentChildren}) {
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function State({look}: {look: Look}) {
  const found = troubles(look);
  const grave = found.some((trouble) => trouble.grave);
  const state = found.length === 0 ? 'well' : grave ? 'bad' : 'care';
  const sign = {well: 'good', care: 'poor', bad: 'bad'} as const;
  return (
    <div class={`verdict ${state}`} data-state={state}>
      <Icon sign={sign[state]} />
      <div>
        <h2>{t(`node.state.${state}`)}</h2>
        {found.length === 0 && <p class="next">{t('node.state.why')}</p>}
        <ul class="troubles">
          {found.map((trouble, i) => (
            <li key={i} data-code={trouble.key}>
              <Say code={trouble.key} values={trouble.values} />
              {trouble.detail !== undefined && trouble.key === 'trouble.notice' && <> <bdi>{trouble.detail}</bdi></>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Galleries({node}: {node: NodeState}) {
  const columns = ['gallery', 'persons', 'encounters', 'fingers', 'faces'] as const;
  return (
    <section class="box">
      <h2 id="galleries">{t('node.galleries')}</h2>
      <div class="scroll" role="region" tabIndex={0} aria-labelledby="galleries">
        <table>
          <thead>
            <tr>{columns.map((column) => <th key={column} scope="col" class={column === 'gallery' ? undefined : 'n'}>{t(`node.column.${column}`)}</th>)}</tr>
          </thead>
          <tbody>
            {node.galleries.map((gallery) => (
              <tr key={gallery.galleryId}>
                <th scope="row"><bdi>{gallery.galleryId}</bdi></th>
                <td class="n">{number(gallery.persons)}</td>
                <td class="n">{number(gallery.encounters)}</td>
                <td class="n">{number(gallery.fingers)}</td>
                <td class="n">{number(gallery.faces)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

// The third line of a checkpoint is the root of the tree.
const rootOf = (checkpoint: string): string => checkpoint.split('\n')[2] ?? '';

function Audit({node}: {node: NodeState}) {
  const audit = node.audit;
  if (audit === null) return <Facts title={t('node.audit')}><Fact name="node.audit.leaves">{t('node.audit.none')}</Fact></Facts>;
  return (
    <Facts title={t('node.audit')}>
      <Fact name="node.audit.leaves">{number(audit.leaves)}</Fact>
      <Fact name="node.audit.signed">
        {audit.signedLeaves === audit.leaves ? t('node.audit.allSigned') : number(audit.signedLeaves)} <bdi>{time(new Date(audit.signedAt))}</bdi>
      </Fact>
      <Fact name="node.audit.root"><bdi class="code">{rootOf(audit.checkpoint)}</bdi></Fact>
      <Fact name="node.audit.key"><bdi class="code">{audit.key}</bdi></Fact>
      <Fact name="node.audit.hint"><bdi class="code">whorl audit verify</bdi></Fact>
    </Facts>
  );
}

function Keys({node}: {node: NodeState}) {
  const keys = node.keys;
  if (keys === null) return <Facts title={t('node.keys')}><Fact name="node.keys.epoch">{t('node.keys.none')}</Fact></Facts>;
  return (
    <Facts title={t('node.keys')}>
      <Fact name="node.keys.epoch">{number(keys.epoch)}</Fact>
      <Fact name="node.keys.wraps">{number(keys.wraps)}</Fact>
      <Fact name="node.keys.rotation">{t(keys.rotationUnfinished ? 'node.keys.unfinished' : 'node.keys.finished')}</Fact>
      <Fact name="node.keys.root">{t(keys.rootKeyMadeByWhorl ? 'node.keys.thisDisk' : 'node.keys.elsewhere')}</Fact>
    </Facts>
  );
}

function Backups({node}: {node: NodeState}) {
  const {last, lastMade} = node.backups;
  const code = (text: string) => <bdi class="code">{text}</bdi>;
  return (
    <Facts title={t('node.backups')}>
      <Fact name="node.backups.last">
        {lastMade === null ? t('node.backups.none') : <bdi>{time(new Date(lastMade.begunAt))}</bdi>}
      </Fact>
      {lastMade !== null && <Fact name="node.backups.leaves">{number(lastMade.auditLeaves)}</Fact>}
      {last !== null && last.result !== 'made' && (
        <Fact name="node.backups.later">
          {t(`node.backups.${last.result}`)} <bdi>{time(new Date(last.begunAt))}</bdi>
        </Fact>
      )}
      <Fact name="node.backups.hint">{code('whorl gallery backup')}</Fact>
    </Facts>
  );
}

function LoadView({load}: {load: Load}) {
  const within = (s: number | null) => (s === null ? t('node.load.none') : s === Infinity ? t('node.load.more') : t('node.load.within', {n: s, seconds: number(s, 3)}));
  return (
    <Facts title={t('node.load')}>
      <Fact name="node.load.searches">{number(load.searches)}</Fact>
      <Fact name="node.load.usual">{within(load.usual_s)}</Fact>
      <Fact name="node.load.slow">{within(load.slow_s)}</Fact>
      <Fact name="node.load.waiting">{t('node.load.of', {some: number(load.waiting), all: number(load.room)})}</Fact>
      <Fact name="node.load.connections">{number(load.connections)}</Fact>
      <Fact name="node.load.refused">{number(load.refused)}</Fact>
      <Fact name="node.load.failed">{number(load.failed)}</Fact>
    </Facts>
  );
}

function Memory({node}: {node: NodeState}) {
  const megabytes = (bytes: number) => t('unit.mb', {value: number(bytes / 2 ** 20, 1)});
  return (
    <Facts title={t('node.memory')}>
      {node.memory.map((each) => <Fact key={each.kind} name={knows(`memory.${each.kind}`) ? `memory.${each.kind}` : 'memory.other'}>{megabytes(each.bytes)}</Fact>)}
      <Fact name="node.images">{t(node.keepsImages ? 'node.images.kept' : 'node.images.not')}</Fact>
    </Facts>
  );
}

export function NodePage({onStranger}: {onStranger: () => void}) {
  const [look, setLook] = useState<Look | null>(null);
  const [problem, setProblem] = useState<Told | null>(null);
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      try {
        const [node, metrics, ready] = await Promise.all([askNode(), askMetrics(), askReady()]);
        if (gone) return;
        setLook({node, load: loadOf(metrics), ready, at: new Date()});
        setProblem(null);
      } catch (error) {
        if (gone) return;
        if (error instanceof Refused && error.status === 401) onStranger();
        setProblem(refusalOf(error));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), kEvery_ms);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  return (
    <>
      {problem !== null && (
        <div class="verdict silent" role="alert" data-state="silent">
          <Icon sign="silent" />
          <div>
            <h2>{t('node.state.silent')}</h2>
            <p class="next">{problem.what}</p>
          </div>
        </div>
      )}
      {look === null && problem === null && <p role="status">{t('shell.asking')}</p>}
      {look !== null && (
        <>
          {problem === null && <State look={look} />}
          <p class="hint"><Say code="node.at" values={{time: time(look.at)}} /></p>
          <Galleries node={look.node} />
          <div class="cols">
            <Audit node={look.node} />
            <Keys node={look.node} />
            <Backups node={look.node} />
            <LoadView load={look.load} />
            <Memory node={look.node} />
          </div>
        </>
      )}
    </>
  );
}
