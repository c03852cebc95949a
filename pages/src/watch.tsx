// A folder that a scanner writes to: what comes into it is taken as if it had been dropped. Where the browser lets a page
// read a folder that a person has chosen (File System Access); the choice is remembered nowhere.
import {useEffect, useRef, useState} from 'preact/hooks';
import {whenForgotten} from './forget';
import {Icon} from './icons';
import {kAccepted} from './sample';
import {Say} from './say';
import {t} from './words';

interface Folder {
  name: string;
  values(): AsyncIterable<{kind: string; name: string; getFile(): Promise<File>}>;
}
type Chooser = (options: {mode: 'read'}) => Promise<Folder>;

const kLook_ms = 1000;
const kMostLooked = 1000; // files of the folder

const chooser = (): Chooser | undefined => (window as unknown as {showDirectoryPicker?: Chooser}).showDirectoryPicker?.bind(window);
const isTaken = (name: string): boolean => kAccepted.split(',').some((suffix: string) => suffix.startsWith('.') && name.toLowerCase().endsWith(suffix));

// What came since the last look, and is written to no more: its size and time are those of the look before.
class Watched {
  private readonly known = new Map<string, string>(); // by name: as it was taken
  private readonly coming = new Map<string, string>();
  private begun = false;
  constructor(private readonly folder: Folder) {}

  async look(): Promise<File[]> {
    const out: File[] = [];
    let looked = 0;
    for await (const entry of this.folder.values()) {
      if (entry.kind !== 'file' || !isTaken(entry.name)) continue;
      if (++looked > kMostLooked) break;
      const file = await entry.getFile();
      const now = `${file.size} ${file.lastModified}`;
      if (!this.begun) this.known.set(entry.name, now);
      if (this.known.get(entry.name) === now) continue;
      if (file.size > 0 && this.coming.get(entry.name) === now) {
        this.known.set(entry.name, now);
        this.coming.delete(entry.name);
        out.push(file);
      } else {
        this.coming.set(entry.name, now);
      }
    }
    this.begun = true;
    return out;
  }
}

export function WatchFolder({onFiles}: {onFiles: (files: File[]) => void}) {
  const [folder, setFolder] = useState<Folder | null>(null);
  const [looked, setLooked] = useState(false); // what lay there before is known
  const [lost, setLost] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  // Nobody is there: what comes now is of nobody.
  useEffect(() => whenForgotten(() => setFolder(null)), []);
  useEffect(() => {
    setLooked(false);
    if (folder === null) return undefined;
    const watched = new Watched(folder);
    let ended = false;
    const go = async () => {
      while (!ended) {
        try {
          const files = await watched.look();
          setLooked(!ended);
          if (!ended && files.length > 0) latest.current(files);
        } catch {
          setLost(true);
          setFolder(null);
          return;
        }
        await new Promise((again) => setTimeout(again, kLook_ms));
      }
    };
    void go();
    return () => {
      ended = true;
    };
  }, [folder]);
  const choose = chooser();
  if (choose === undefined) return null;
  const begin = async () => {
    try {
      const chosen = await choose({mode: 'read'});
      setLost(false);
      setFolder(chosen);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') setLost(true); // else nothing was chosen
    }
  };
  return (
    <div class="watch" data-watching={folder !== null && looked}>
      {lost && (
        <p class="fault" role="alert">
          <Icon sign="bad" /> {t('watch.lost')}
        </p>
      )}
      {folder === null ? (
        <p>
          <button type="button" class="plain" id="watch" onClick={() => void begin()}>
            {t('watch.go')}
          </button>{' '}
          <span class="hint">{t('watch.hint')}</span>
        </p>
      ) : (
        <p role="status">
          <Icon sign="busy" /> <Say code="watch.on" values={{folder: folder.name}} />{' '}
          <button type="button" class="plain" id="watch" onClick={() => setFolder(null)}>
            {t('watch.stop')}
          </button>
        </p>
      )}
    </div>
  );
}
