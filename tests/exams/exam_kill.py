"""Exam 1 by the real command: killed before and after every system call of each run. Prints TAP.

    exam_kill.py KILL_AT RSEARCH RELEASES"""

import shutil
import subprocess
import sys
import tempfile

import command

KILL_AT, RSEARCH, RELEASES = sys.argv[1:4]
SHORT_KILLS = 40  # of each run, spread over it
NOT_ALLOWED = 4


def traced(run, stop):
    return subprocess.run([KILL_AT, str(stop), *run.command], capture_output=True, env=command.ENVIRONMENT, timeout=300)


def main():
    work = tempfile.mkdtemp(prefix="rls-kill-")
    try:
        exam = None
        for run in command.runs(RSEARCH, RELEASES, work):
            run.restore()
            counted = traced(run, 0)
            if counted.returncode == NOT_ALLOWED:
                print("1..0 # SKIP the system allows no tracing")
                return 0
            exam = exam or command.Exam(1, "kill -9 before and after each system call")
            stops = int(counted.stdout.split()[-1])
            step = 1 if command.FULL else max(1, stops // SHORT_KILLS)
            for stop in range(1, stops + 1, step):
                run.restore()
                killed = traced(run, stop)
                problem = run.problem() if killed.returncode in (0, 3) else f"crashed: {killed.returncode}"
                exam.point(problem, f"{run.name}, stop {stop} of {stops}")
        good = exam.end()
    finally:
        shutil.rmtree(work)
    print(f"{'ok' if good else 'not ok'} 1 - a kill at any system call leaves the last commit or the new one")
    print("1..1")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
