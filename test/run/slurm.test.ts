/**
 * A sweep as a job array of a real Slurm: one node on this machine, from the system's packages (Debian: slurm-wlm and munge),
 * without systemd. Skipped with a line without them.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Copy, copyEnv } from "../graph/copy.js";
import { prepareSweeps, writeIn } from "../graph/sweeps.js";
import { drawSeed } from "../workspace.js";

const env = { ...copyEnv, PATH: `${process.env.PATH}:/usr/sbin` };
const hasSlurm = ["slurmctld", "slurmd", "munged"].every(
  (program) => run({ sync: true, env })`${program} -V`.ok,
);
const minutes = (n: number): number => n * 60_000;

/** A Slurm of one node in a folder of its own. */
class Slurm {
  readonly folder = mkdtempSync(join(tmpdir(), "gumbel-slurm-"));
  readonly env = { ...env, SLURM_CONF: join(this.folder, "slurm.conf") };

  async start(): Promise<void> {
    const { folder } = this;
    const { username } = userInfo();
    const node = hostname().split(".")[0]!;
    for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
    writeFileSync(
      this.env.SLURM_CONF,
      `ClusterName=one
SlurmctldHost=${node}(127.0.0.1)
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
SlurmctldPort=26817
SlurmdPort=26818
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=${node} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN
PartitionName=all Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`,
    );
    writeFileSync(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o600 });
    const files = ["key", "pid", "log", "seed"].map((name) => `--${name}-file=${folder}/munge.${name}`);
    await this.run("munged", "--force", `--socket=${folder}/munge.socket`, ...files);
    await this.run("slurmctld");
    await this.run("slurmd", "-c");
    while (!(await this.run("sinfo", "--noheader")).includes("idle")) await sleep(300);
  }

  /** Runs a program of Slurm. @throws with its output if it fails */
  async run(program: string, ...args: string[]): Promise<string> {
    const { ok, stdall } = await run({ env: this.env })`${program} ${args}`;
    if (!ok) throw new Error(`${program}: ${stdall}`);
    return stdall;
  }

  async stop(): Promise<void> {
    for (const name of ["slurmd", "slurmctld", "munge"]) {
      const file = join(this.folder, `${name}.pid`);
      if (!existsSync(file)) continue;
      process.kill(Number(readFileSync(file, "utf8")));
      // Each removes its file when it has ended.
      for (let i = 0; i < 100 && existsSync(file); i++) await sleep(100);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

describe.skipIf(!hasSlurm)("a sweep on Slurm (needs Debian's slurm-wlm and munge)", () => {
  let copy: Copy;
  let slurm: Slurm;
  const gumbel = (...words: string[]) =>
    run({
      cwd: copy.folder,
      env,
    })`${process.execPath} packages/cli/bin.mjs sweep ${copy.path("rates.json")} ${words}`;
  /** Submits the script and waits until no job is left. */
  const submit = async (times = 1): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await slurm.run("sbatch", copy.path("studies", "local", "rates", "sweep.sbatch"));
    }
    while ((await slurm.run("squeue", "--noheader")) !== "") await sleep(500);
  };

  beforeAll(async () => {
    copy = new Copy();
    slurm = new Slurm();
    await prepareSweeps(copy, drawSeed());
    const vary = { "train.learningRate": [0.003, 0.01, 1e30] };
    writeIn(copy, "rates.json", { pipeline: "own-moons", vary, seeds: 1 });
    await slurm.start();
  }, minutes(10));
  afterAll(async () => {
    await slurm.stop();
    copy.remove();
  }, minutes(2));

  test(
    "runs each cell as a job, also if it is submitted twice, and a failed one again",
    async () => {
      const written = await gumbel("--driver", "slurm");
      expect(written.stdall).toContain("3 of 3 cells are to run; submit them: sbatch ");
      await submit(2);
      const shown = await gumbel("--show");
      expect(shown.stdout).toContain("2 of 3 cells finished, 1 failed");
      expect(shown.stdout).toContain("the objective became");
      expect((await gumbel("--driver", "slurm")).stdall).toContain("1 of 3 cells are to run");
    },
    minutes(10),
  );

  test(
    "goes on after a job of another node that was cut off, and the login node goes on after the jobs",
    async () => {
      writeIn(copy, "rates.json", {
        pipeline: "own-moons",
        vary: { "train.learningRate": [0.02] },
        seeds: 1,
      });
      await gumbel("--driver", "slurm");
      const [cell] = JSON.parse((await gumbel("--show", "--json")).stdout).cells as { pipeline: string }[];
      const locks = copy.path(
        "studies",
        "local",
        "rates",
        cell!.pipeline.slice("rates-".length),
        "out",
        "locks",
      );
      mkdirSync(locks, { recursive: true });
      const lock = { pid: 1, started: null, boot: null, host: `not-${hostname()}` };
      writeFileSync(join(locks, "run.lock"), JSON.stringify(lock));
      await submit();
      const { exitCode, stdall } = await gumbel();
      expect(exitCode, stdall).toBe(0);
      expect(stdall).toContain("1 of 1 cell finished");
    },
    minutes(10),
  );
});
