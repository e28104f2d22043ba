"""The encoder of a run: `invert/encoder.safetensors`, trained once for each generator, with its figures beside it."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from ganatomy.errors import CheckpointError
from ganatomy.invert.encoder import Encoder, encoder_shape
from ganatomy.invert.training import BATCH, TrainedEncoder, train_encoder
from ganatomy.models.fingerprint import fingerprint
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import write_tensors
from ganatomy.runs.layout import ENCODER, ENCODER_FIGURES, ENCODER_STATE, INVERSIONS
from ganatomy.runs.records.inversions import EncoderRecord
from ganatomy.runs.records.reading import read_record, write_record


def run_encoder(
    run: Run, generator: nn.Module, steps: int, seed: int = 0, progress: Progress = SILENT
) -> tuple[Encoder, EncoderRecord, bool]:
    """Return the encoder of a run in evaluation mode, its figures, and whether it had to be trained.

    Args:
        run: where it is kept.
        generator: in evaluation mode; the encoder of another one makes way.
        steps: of its training.
        seed: of its training.
        progress: told of every step.

    Raises:
        CheckpointError: the weights that are kept cannot be read.
        DataError: the figures that are kept are of another schema, or not what they should be.
        KeyboardInterrupt: Ctrl-C came; the same call goes on where the training stood.
    """
    made_for, figures = fingerprint(generator), run.path / ENCODER_FIGURES
    if figures.exists() and (run.path / ENCODER).exists():
        record = read_record(EncoderRecord, figures)
        if record.fits(made_for, steps, seed):
            return _loaded(run.path / ENCODER, generator), record, False
    run.subdirectory(INVERSIONS)
    identity = {"generator": made_for, "steps": steps, "batch_size": BATCH, "seed": seed}
    trained = train_encoder(generator, steps, seed, run.path / ENCODER_STATE, identity, progress)
    record = encoder_record(made_for, trained)
    figures.unlink(missing_ok=True)  # never beside the weights of another
    write_tensors(run.path / ENCODER, trained.network.state_dict())
    write_record(figures, record)
    (run.path / ENCODER_STATE).unlink(missing_ok=True)
    return trained.network, record, True


def encoder_record(generator: str, trained: TrainedEncoder) -> EncoderRecord:
    """Return the record of an encoder.

    Args:
        generator: fingerprint of the generator whose samples it was trained on.
        trained: the encoder.
    """
    return EncoderRecord(
        generator=generator,
        steps=trained.steps,
        batch_size=BATCH,
        seed=trained.seed,
        seconds=trained.seconds,
        explained=trained.explained,
        rmse=trained.rmse,
        random_rmse=trained.random_rmse,
    )


def _loaded(path: Path, generator: nn.Module) -> Encoder:
    network = Encoder(encoder_shape(generator))
    try:
        network.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise CheckpointError(f"{path} is no encoder of this generator ({reason}); remove it to train anew") from None
    return network.to(next(generator.parameters()).device).eval()
