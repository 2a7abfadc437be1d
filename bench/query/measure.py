"""Asks every engine the same queries in turn and makes tables of the times."""

import statistics

from bench.query import hold
from bench.query.classes import cells


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(engines, classes, commands, rounds):
    """{(command, class): {engine name: (values, microseconds)}}, a number a query: the median of the
    rounds. Engines answer one after another, never two at once, in another order each round; a slow one
    answers the first queries of a class only."""
    fitting = {}
    held = hold.Held([engine.folder for engine in engines])
    for engine in engines:
        engine.open()
        fitting[engine.name] = engine.warm(cells(classes, commands))
    results = {}
    for command, name, queries in cells(classes, commands):
        taken = {engine.name: [] for engine in engines}
        values = {}
        for turn in range(rounds):
            shift = turn % len(engines)
            for engine in engines[shift:] + engines[:shift]:
                some = queries[:fitting[engine.name][command, name]]
                answers = engine.many(command, some)
                taken[engine.name].append([nanoseconds / 1000 for _, nanoseconds in answers])
                values[engine.name] = [value for value, _ in answers]
        results[command, name] = {
            engine.name: (values[engine.name],
                          [statistics.median(column) for column in zip(*taken[engine.name])])
            for engine in engines}
    for engine in engines:
        engine.close()
    held.close()
    return results


def ratio(ours, theirs, figure):
    """Ours to theirs on the queries both answered; None when there are none."""
    count = min(len(ours), len(theirs))
    if not count:
        return None
    return figure(ours[:count]) / max(figure(theirs[:count]), 1e-9)


def short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def p99(values):
    return percentile(values, 0.99)


def spread(values):
    if not values:
        return "none"
    return f"{short(statistics.mean(values))} / {short(percentile(values, 0.5))} / {short(p99(values))}"


def print_table(results, names, out):
    """One row a command and class: our figures, then each engine's mean as a multiple of ours."""
    ours, peers = names[0], names[1:]
    print(f"\n| command | class | queries | {ours} µs mean / p50 / p99 | fastest other | ours to it: mean, p99 | "
          + " | ".join(f"{name} × ours" for name in peers) + " |", file=out)
    print("|---" * (6 + len(peers)) + "|", file=out)
    for (command, name), cell in results.items():
        mine = cell[ours][1]
        ratios = {peer: ratio(mine, cell[peer][1], statistics.mean) for peer in peers}
        ratios = {peer: value for peer, value in ratios.items() if value is not None}
        row = [command, name, str(len(mine)), spread(mine)]
        if ratios:
            fastest = max(ratios, key=ratios.get)
            row += [fastest, f"{ratios[fastest]:.3f}, {ratio(mine, cell[fastest][1], p99):.3f}"]
        else:
            row += ["–", "–"]
        for peer in peers:
            if peer not in ratios:
                row.append("none")
                continue
            part = "" if len(cell[peer][1]) == len(mine) else f" ({len(cell[peer][1])})"
            row.append(f"{1 / max(ratios[peer], 1e-9):.1f}{part}")
        print("| " + " | ".join(row) + " |", file=out, flush=True)


def print_details(results, names, out):
    """Mean, p50 and p99 of every engine, in microseconds."""
    print("\n| command | class | " + " | ".join(names) + " |", file=out)
    print("|---" * (2 + len(names)) + "|", file=out)
    for (command, name), cell in results.items():
        print(f"| {command} | {name} | " + " | ".join(
            spread(cell[engine][1]) for engine in names) + " |", file=out)


def print_agreement(results, names, out):
    """How far the engines count the same matches: words are cut a little differently by each."""
    print("\n| class | " + " | ".join(f"{name} / {names[0]}: same, within 5 %, sum" for name in names[1:])
          + " |", file=out)
    print("|---" * len(names) + "|", file=out)
    for (command, name), cell in results.items():
        if command != "COUNT":
            continue
        mine, row = cell[names[0]][0], []
        for peer in names[1:]:
            pairs = list(zip(mine, cell[peer][0]))
            if not pairs:
                row.append("none")
                continue
            same = sum(a == b for a, b in pairs) / len(pairs)
            near = sum(abs(a - b) <= 0.05 * max(a, b) for a, b in pairs) / len(pairs)
            total = sum(b for _, b in pairs) / max(1, sum(a for a, _ in pairs))
            row.append(f"{same:.0%}, {near:.0%}, {total:.3f}")
        print(f"| {name} | " + " | ".join(row) + " |", file=out)
