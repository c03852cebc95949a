"""A region of an exchange as processes on loopback, with a proxy on each line: for exchange-partition,
exchange-cover and exchange-latency."""
import asyncio, atexit, base64, collections, csv, http.client, json, os, pathlib, re, shutil, subprocess, sys, threading, time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = {"whorl": ROOT / "build/release/cli/whorl", "whorl-switch": ROOT / "build/release/relay/whorl-switch"}


class Wrong(list):
    def add(self, text):
        if len(self) < 50:
            self.append(text)


def name_of(member):
    return f"{member}.rbdes.test"


def run(*command):
    subprocess.run([str(each) for each in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Lines:
    """A proxy of each member to each switch. A line is open, cut (whoever comes is hung up on), or silent (nothing passes)."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.state, self.target, self.ports, self.writers, self.open = {}, {}, {}, collections.defaultdict(set), {}
        self.heard, self.connections = None, 0  # what is told of each piece that passes: line, connection, up or not, the bytes
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def on_loop(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def add(self, line, target):
        async def begin():
            self.open[line] = asyncio.Event()
            self.open[line].set()
            self.state[line], self.target[line] = "open", target
            server = await asyncio.start_server(lambda r, w: self.serve(line, r, w), "127.0.0.1", 0)
            self.ports[line] = server.sockets[0].getsockname()[1]
        self.on_loop(begin())

    async def serve(self, line, reader, writer):
        self.writers[line].add(writer)
        try:
            await self.open[line].wait()
            if self.state[line] == "cut":
                return
            away_reader, away_writer = await asyncio.open_connection("127.0.0.1", self.target[line])
            self.writers[line].add(away_writer)
            self.connections += 1
            both = [self.pump(line, reader, away_writer, (self.connections, True)),
                    self.pump(line, away_reader, writer, (self.connections, False))]
            await asyncio.wait([asyncio.ensure_future(each) for each in both], return_when=asyncio.FIRST_COMPLETED)
            away_writer.close()
            self.writers[line].discard(away_writer)
        except OSError:
            pass
        finally:
            writer.close()
            self.writers[line].discard(writer)

    async def pump(self, line, reader, writer, way):
        try:
            while data := await reader.read(65536):
                if self.heard:
                    self.heard(time.monotonic(), line, *way, data)
                await self.open[line].wait()
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass

    def set(self, line, state, hang_up=False):
        async def change():
            self.state[line] = state
            if hang_up or state == "cut":
                for writer in list(self.writers[line]):
                    writer.transport.abort()
            (self.open[line].clear if state == "silent" else self.open[line].set)()
        self.on_loop(change())


class Process:
    def __init__(self, name, command, log, said):
        self.name, self.command, self.log, self.said = name, [str(each) for each in command], log, said
        self.port, self.process, self.lock = None, None, threading.Lock()

    def start(self):
        with self.log.open("ab") as log:
            at = log.tell()
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
            atexit.register(self.process.kill)
        for _ in range(6000):
            text = self.log.read_bytes()[at:].decode(errors="replace")
            if found := re.search(self.said, text):
                self.port = int(found[1])
                return
            if self.process.poll() is not None:
                sys.exit(f"exchange-partition: {self.name} does not start:\n{text}")
            time.sleep(0.01)
        sys.exit(f"exchange-partition: {self.name} does not start in time")

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait()

    def ask(self, method, target, body=None, headers=None, patience=5):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        try:
            connection.request(method, target, body, {"Content-Type": "application/json", **(headers or {})} if body else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()


class Region:
    def __init__(self, folder):
        # Copies: what is built meanwhile is not started.
        self.whorl, self.switch = (shutil.copy(program, folder / name) for name, program in PROGRAMS.items())
        self.folder, self.lines = folder, Lines()
        os.environ["CREDENTIALS_DIRECTORY"] = str(folder)
        (folder / "root.key").write_bytes(os.urandom(32))
        (folder / "root.key").chmod(0o600)
        self.processes = {}

    def make(self, name, switches, *policy):
        """Keys, certificates, directory and policy: scripts/exchange-region."""
        run(ROOT / "scripts/exchange-region", self.folder / name, switches, *policy)
        return self.folder / name

    def start_switch(self, region, name, number=1, switches=1):
        command = [self.switch, "--directory", region / "members.note", "--policy", region / "region.note", "--office", region / "office.pub",
                   "--certificate", region / f"switch{number}.pem", "--key", region / f"switch{number}.key", "--member-ca",
                   region / "ca.pem", "--counters", self.folder / f"counters-{name}", "--switches", switches]
        self.add(name, command, r"port (\d+)")
        self.processes[name].command += ["--port", str(self.processes[name].port)]

    def start_member(self, region, name, member, switches):
        """`switches`: of each its process and its number in the region. A line goes to each."""
        for switch, _ in switches:
            self.lines.add((name, switch), self.processes[switch].port)
        addresses = [text for switch, number in switches
                     for text in ("--switch", f"127.0.0.1:{self.lines.ports[name, switch]}", "--switch-key",
                                  (region / f"switch{number}.sha256").read_text().strip())]
        own = region / member
        if name != member:
            own = shutil.copytree(region / member, region / str(name))
        run(self.whorl, "exchange", "join", "--folder", own, "--name", name_of(member), "--directory", region / "members.note",
            "--policy", region / "region.note", "--office", region / "office.pub", "--national", region / f"{member}.toml",
            "--certificate", region / f"{member}.pem", "--key", region / f"{member}.key", "--switch-ca", region / "ca.pem", *addresses)
        self.add(name, [self.whorl, "serve", "--gallery-dir", self.folder / f"gallery-{name}", "--exchange", own / "member.toml",
                        "--port", 0, "--threads", 1], r"listening on http://127\.0\.0\.1:(\d+)")

    def add(self, name, command, said):
        self.processes[name] = Process(str(name), command, self.folder / f"{name}.log", said)
        self.processes[name].start()

    def make_people(self, knows, subjects=6):
        """`knows`: the people of each gallery, by number. A second capture of everybody's fingers is a probe."""
        people = self.folder / "people"
        run(self.whorl, "synth", "--out", people, "--subjects", subjects, "--fingers", 2, "--impressions", 2, "--seed", 5)
        self.probes = collections.defaultdict(list)
        numbers, enrolled = {}, collections.defaultdict(list)
        with (people / "manifest.csv").open() as rows:
            for row in csv.DictReader(rows):
                person = numbers.setdefault(row["subject"], len(numbers))
                finger, image = row["finger"].rpartition("/")[2], people / row["file"]
                if row["impression"] == "1":
                    enrolled[person] += ["--finger", f"{finger}={image}"]
                    continue
                template = image.with_suffix(".whorl")
                run(self.whorl, "extract", image, "--out", template)
                self.probes[person].append({"biometricType": "FINGER", "biometricSubType": finger.upper(),
                                            "template": base64.b64encode(template.read_bytes()).decode(), "templateFormat": "WHORL_NATIVE"})
        for member, known in knows.items():
            for person in known:
                run(self.whorl, "enrol", "--gallery-dir", self.folder / f"gallery-{member}", "--person", f"p{person}", "--encounter", "first",
                    *enrolled[person])

    def leaves(self, member):
        target = self.folder / f"audit-{member}"
        run(self.whorl, "audit", "export", "--gallery-dir", self.folder / f"gallery-{member}", "--to", target)
        for file in sorted((target / "tile/entries").rglob("*")):
            if file.is_file():
                for text in re.findall(rb'\{"auth":[^}]*\}', file.read_bytes()):
                    yield json.loads(text)
