"""`ganatomy repair`: artifact units found, proven on held-out images, and baked into new weights."""

from ganatomy.cli.classes import class_row
from ganatomy.config.repair import RepairConfig
from ganatomy.intervene.repair.session import repair_run
from ganatomy.intervene.repair.tables import answer, figure_name, held_out_rows, method_rows, move_rows
from ganatomy.progress import Progress
from ganatomy.report.marking import write_marking
from ganatomy.runs.layout import MARKING


def repair(config: RepairConfig, progress: Progress) -> dict[str, object]:
    """Repair the run, write what was found, a page to mark units on and the weights, and return the figures.

    Raises:
        GanatomyError: as for `ganatomy.intervene.repair.session.repair_run`.
    """
    repaired = repair_run(config, progress)
    found = repaired.repair
    page = write_marking(found, config.run, repaired.folder / MARKING)
    moves = move_rows(found)
    return {
        "repair": str(repaired.folder),
        "layer": found.layer,
        "answer": answer(found),
        "accepted": found.refusal is None,
        "units": list(found.chosen.units) if found.chosen else [],
        "figure": figure_name(found),
        "num_images": found.protocol.num_images,
        **class_row(repaired.of_class),
        "methods": method_rows(found),
        **({"held_out": held_out_rows(found)} if found.acceptance else {}),
        **({"concepts": moves} if moves else {}),
        **({"largest_difference_of_baked": found.baked.difference} if found.baked else {}),
        **({"weights": str(repaired.weights)} if repaired.weights else {}),
        **({"exported": str(repaired.exported)} if repaired.exported else {}),
        "page_to_mark_units": str(page),
        **({"warnings": list(repaired.warnings)} if repaired.warnings else {}),
    }
