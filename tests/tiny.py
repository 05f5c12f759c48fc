"""Tiny checkpoints with random weights, made in-process: real layouts, real code paths, nothing learned.

Weights are scaled so that the logits are far from uniform (no ties between libraries) and end-of-sentence comes after a few
pieces in most outputs.
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ARABIC = """
أعلنت الحكومة اليوم خطة جديدة لدعم المزارعين في المناطق الجبلية.
قال الوزير إن الميزانية سترتفع بنسبة 12 في المئة خلال العام المقبل.
وصل الرئيس إلى العاصمة بعد زيارة استمرت ثلاثة أيام.
أدت الأمطار الغزيرة إلى إغلاق الطرق في شمال البلاد.
فاز الفريق الوطني بالمباراة النهائية بعد الوقت الإضافي.
ارتفعت أسعار النفط أمس وسط مخاوف من نقص الإمدادات.
طالب السكان بتحسين خدمات المياه والكهرباء في القرى.
افتتح المعرض الدولي للكتاب أبوابه أمام الزوار صباح الأحد.
وقعت الشركتان اتفاقا لبناء محطة للطاقة الشمسية قرب البحر.
دعت الأمم المتحدة إلى وقف فوري لإطلاق النار.
أظهرت دراسة حديثة أن النوم الكافي يحسن الذاكرة لدى الطلاب.
انخفض عدد المصابين إلى 450 حالة مقارنة بالشهر الماضي.
يعمل المهندسون على إصلاح الجسر القديم قبل بداية الشتاء.
أغلقت المدارس أبوابها بسبب العاصفة الرملية التي ضربت المدينة.
تعتزم وزارة الصحة فتح خمسة مراكز للتطعيم في الجنوب.
نفت الشرطة الأنباء عن وقوع انفجار في وسط السوق.
شارك أكثر من ألف متطوع في حملة تنظيف الشاطئ.
قررت المحكمة تأجيل النظر في القضية إلى الأسبوع القادم.
""".strip().splitlines()

ENGLISH = """
The government announced a new plan today to support farmers in mountain areas.
The minister said the budget would rise by 12 percent next year.
The president arrived in the capital after a visit of three days.
Heavy rain closed the roads in the north of the country.
The national team won the final match after extra time.
Oil prices rose yesterday amid fears of a shortage of supplies.
Residents asked for better water and electricity services in the villages.
The international book fair opened its doors to visitors on Sunday morning.
The two companies signed an agreement to build a solar power station near the sea.
The United Nations called for an immediate ceasefire.
A recent study showed that enough sleep improves the memory of students.
The number of infected people fell to 450 cases compared with last month.
Engineers are working to repair the old bridge before the start of winter.
Schools closed because of the sand storm that hit the city.
The health ministry intends to open five vaccination centres in the south.
Police denied reports of an explosion in the middle of the market.
More than a thousand volunteers took part in a campaign to clean the beach.
The court decided to postpone the case until next week.
""".strip().splitlines()


def train_spm(lines: list[str], path: Path, vocab_size: int, **options: Any) -> list[str]:
    """Train a sentencepiece model on ``lines`` into ``path`` and return its pieces."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 4),
        model_writer=model,
        vocab_size=vocab_size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
        **options,
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(index) for index in range(processor.get_piece_size())]


def make_marian(
    folder: Path,
    *,
    seed: int = 0,
    eos_bias: float = 3.5,
    positions: int = 128,
    pickled: bool = False,
    codes: Sequence[str] = (),
) -> Path:
    """Write a tiny Marian checkpoint in Hugging Face layout into ``folder`` and return it.

    ``codes`` are those of the target languages, as models of several have them.
    """
    import torch
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(parents=True, exist_ok=True)
    specials = {"bos_id": -1, "eos_id": 0, "unk_id": 1}
    source = train_spm(ARABIC, folder / "source.spm", 180, **specials)
    target = train_spm(ENGLISH, folder / "target.spm", 180, **specials)
    told = [f">>{code}<<" for code in codes]
    pieces = list(dict.fromkeys(["</s>", "<unk>", *target, *source, *told, "<pad>"]))
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    config = MarianConfig(
        vocab_size=len(pieces),
        decoder_vocab_size=len(pieces),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=positions,
        activation_function="swish",
        scale_embedding=True,
        static_position_embeddings=True,
        eos_token_id=0,
        forced_eos_token_id=0,
        pad_token_id=len(pieces) - 1,
        decoder_start_token_id=len(pieces) - 1,
        init_std=0.3,
    )
    torch.manual_seed(seed)
    model = MarianMTModel(config).eval()
    with torch.no_grad():
        _calm(model.model.encoder.layers, model.model.decoder.layers)
        model.final_logits_bias[0, 0] = eos_bias
    _save(model, folder, pickled)
    return folder


def make_mt5(
    folder: Path, *, seed: int = 1, eos_bias: float = 0.7, tied: bool = False, also: Sequence[str] = ()
) -> Path:
    """Write a tiny mT5 checkpoint in Hugging Face layout into ``folder`` and return it.

    Untied (as every published mT5) unless ``tied``; four ids lie beyond the sentencepiece vocabulary. ``also`` is text of
    other languages that the vocabulary knows.
    """
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    folder.mkdir(parents=True, exist_ok=True)
    pieces = train_spm([*ARABIC, *also], folder / "spiece.model", 220, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    config = MT5Config(
        vocab_size=len(pieces) + 4,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    torch.manual_seed(seed)
    model = MT5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        # No bias in T5: one dimension of every embedding is constant, and end-of-sentence alone reads it.
        model.shared.weight[:, 0] = 2.0
        if not tied:
            model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.shared.weight) * 0.6)
            model.lm_head.weight[:, 0] = 0.0
            model.lm_head.weight[1, 0] = eos_bias
    _save(model, folder, pickled=False)
    if not tied:
        _call_untied(folder)
    return folder


def make_t5(
    folder: Path, *, seed: int = 2, eos_bias: float = 2.5, tied: bool = False, codes: Sequence[str] = ()
) -> Path:
    """Write a tiny T5 checkpoint into ``folder`` and return it; with ``codes``, the target languages, one as MADLAD-400 is.

    MADLAD has no piece that is called padding: it pads with ``<s>``, and starts from ``<unk>``. ``tied`` is the first T5, which
    scales what it puts out; MADLAD and T5 1.1 have gates and are not tied.
    """
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    folder.mkdir(parents=True, exist_ok=True)
    told = [f"<2{code}>" for code in codes]
    first = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
    if codes:
        first = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1}
    eos = first["eos_id"]
    pieces = train_spm([*ARABIC, *ENGLISH], folder / "spiece.model", 320, user_defined_symbols=told, **first)
    config = T5Config(
        vocab_size=len(pieces) + 4,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        feed_forward_proj="relu" if tied else "gated-gelu",
        tie_word_embeddings=tied,
        pad_token_id=1 if codes else 0,
        eos_token_id=eos,
        decoder_start_token_id=0,
    )
    torch.manual_seed(seed)
    model = T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        # As for mT5: one dimension is the same in all embeddings, and of the outputs end-of-sentence alone reads it.
        model.shared.weight[:, 0] = 2.0
        if tied:
            model.shared.weight[eos, 0] += eos_bias
        else:
            model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.shared.weight) * 0.6)
            model.lm_head.weight[:, 0] = 0.0
            model.lm_head.weight[eos, 0] = eos_bias
    _save(model, folder, pickled=False)
    if not tied:
        _call_untied(folder)
    return folder


def _call_untied(folder: Path) -> None:
    """Say so in config.json, as published checkpoints do: transformers 5 writes that all are tied."""
    path = folder / "config.json"
    _write(path, {**json.loads(path.read_text(encoding="utf-8")), "tie_word_embeddings": False})


def make_fairseq(
    folder: Path, kind: str, codes: Sequence[str], *, seed: int = 3, eos_bias: float = 1.5, positions: int = 128
) -> Path:
    """Write a tiny checkpoint of ``kind`` (m2m, nllb, mbart50, barthez) into ``folder`` and return it.

    ``codes`` are its languages, as the kind writes them; they are listed as in published checkpoints of the kind.
    """
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, MBartConfig, MBartForConditionalGeneration

    folder.mkdir(parents=True, exist_ok=True)
    lines = [*ARABIC, *ENGLISH]
    spm = folder / "sentencepiece.bpe.model"
    first = ["<s>", "<pad>", "</s>", "<unk>"]
    if kind == "barthez":
        own = train_spm(lines, spm, 320, bos_id=0, pad_id=1, eos_id=2, unk_id=3)
        pieces = [*own[:-1], "<mask>"]
        _write(folder / "tokenizer_config.json", {"tokenizer_class": "BarthezTokenizer"})
    else:
        own = train_spm(lines, spm, 320, model_type="bpe")
        pieces = [*first, *own[3:]]
        told = [f"__{code}__" for code in codes] if kind == "m2m" else list(codes)
        if kind == "m2m":
            _write(folder / "vocab.json", {piece: index for index, piece in enumerate(pieces)})
            pieces += [*told, *(f"madeupword{index}" for index in range(8))]
        else:
            pieces += [*told, "<mask>"]
        if kind == "nllb":
            added = {str(index): {"content": piece} for index, piece in enumerate(pieces) if piece in [*first, *told]}
            _write(folder / "tokenizer_config.json", {"added_tokens_decoder": added})
        else:
            _write(folder / "special_tokens_map.json", {"additional_special_tokens": told})
    mbart = kind in ("mbart50", "barthez")
    made: Any = MBartConfig if mbart else M2M100Config
    config = made(
        vocab_size=len(pieces) + 2 * (kind == "nllb"),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=positions,
        activation_function="gelu" if mbart else "relu",
        scale_embedding=True,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        init_std=0.3,
    )
    torch.manual_seed(seed)
    model: Any = (MBartForConditionalGeneration if mbart else M2M100ForConditionalGeneration)(config).eval()
    with torch.no_grad():
        _calm(model.model.encoder.layers, model.model.decoder.layers)
        # Embeddings and outputs are tied: of one dimension, which the last norm sets to 1, end-of-sentence alone reads.
        model.model.shared.weight[:, 0] = 0.0
        model.model.shared.weight[2, 0] = eos_bias
        model.model.decoder.layer_norm.weight[0] = 0.0
        model.model.decoder.layer_norm.bias[0] = 1.0
    _save(model, folder, pickled=False)
    return folder


def make_bart(folder: Path, *, seed: int = 4, eos_bias: float = 3.0, positions: int = 256, whole: bool = False) -> Path:
    """Write a tiny BART checkpoint into ``folder`` and return it; its tokenizer in one file if ``whole``, else in two."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import BartConfig, BartForConditionalGeneration

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(ENGLISH * 4, trainer)
    tokenizer.add_special_tokens(["<mask>"])
    size = tokenizer.get_vocab_size()
    if whole:
        tokenizer.save(str(folder / "tokenizer.json"))
    else:
        tokenizer.model.save(str(folder))
        _write(folder / "vocab.json", tokenizer.get_vocab())
    config = BartConfig(
        vocab_size=size,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=positions,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        init_std=0.3,
    )
    torch.manual_seed(seed)
    model = BartForConditionalGeneration(config).eval()
    with torch.no_grad():
        _calm(model.model.encoder.layers, model.model.decoder.layers)
        model.final_logits_bias[0, 2] = eos_bias
    _save(model, folder, pickled=False)
    return folder


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def prefer(folder: Path, indices: Sequence[int]) -> None:
    """Make the checkpoint in ``folder`` want to write these pieces, one of them at each step."""
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    if "final_logits_bias" in weights:
        weights["final_logits_bias"][0, list(indices)] = 50.0
    elif "model.shared.weight" in weights:
        weights["model.shared.weight"][list(indices), 0] = 50.0
    else:
        weights["lm_head.weight"][list(indices), 0] = 50.0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _calm(*stacks: Any) -> None:
    """Halve the layers' matrices: at full size int8's rounding is blown up from layer to layer, as in no trained model."""
    for stack in stacks:
        for name, weight in stack.named_parameters():
            if name.endswith("weight") and weight.ndim == 2:
                weight *= 0.5


def _save(model: Any, folder: Path, pickled: bool) -> None:
    import torch

    model.save_pretrained(folder)
    if pickled:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
