"""``bert`` and ``gpt`` are the networks of Hugging Face: same weights, same numbers. Nothing is downloaded."""

import pytest
import torch

from torch_impl.generation import generate
from torch_impl.models.bert import BERT
from torch_impl.models.gpt import GPT

VOCABULARY, LENGTH, WIDTH, HEADS, DEPTH, UNITS, CLASSES = 50, 20, 16, 4, 2, 24, 3
SIZES = {
    "vocabulary": VOCABULARY,
    "length": LENGTH,
    "width": WIDTH,
    "heads": HEADS,
    "depth": DEPTH,
    "units": UNITS,
}

# Hugging Face: ours. Every line holds for a weight and, where there is one, for a bias.
BERT_NAMES = {
    "bert.embeddings.word_embeddings": "embedding",
    "bert.embeddings.token_type_embeddings": "segment_embedding",
    "bert.embeddings.position_embeddings": "positions.table",
    "bert.embeddings.LayerNorm": "norm",
    "bert.encoder.layer.{}.attention.self.query": "blocks.{}.attention.query",
    "bert.encoder.layer.{}.attention.self.key": "blocks.{}.attention.key",
    "bert.encoder.layer.{}.attention.self.value": "blocks.{}.attention.value",
    "bert.encoder.layer.{}.attention.output.dense": "blocks.{}.attention.output",
    "bert.encoder.layer.{}.attention.output.LayerNorm": "blocks.{}.norm1",
    "bert.encoder.layer.{}.intermediate.dense": "blocks.{}.expand",
    "bert.encoder.layer.{}.output.dense": "blocks.{}.contract",
    "bert.encoder.layer.{}.output.LayerNorm": "blocks.{}.norm2",
    "bert.pooler.dense": "pooler",
    "classifier": "head",
}
GPT_NAMES = {
    "transformer.wte": "embedding",
    "transformer.wpe": "positions.table",
    "transformer.h.{}.ln_1": "blocks.{}.norm1",
    "transformer.h.{}.attn.c_attn": (
        "blocks.{}.attention.query",
        "blocks.{}.attention.key",
        "blocks.{}.attention.value",
    ),
    "transformer.h.{}.attn.c_proj": "blocks.{}.attention.output",
    "transformer.h.{}.ln_2": "blocks.{}.norm2",
    "transformer.h.{}.mlp.c_fc": "blocks.{}.expand",
    "transformer.h.{}.mlp.c_proj": "blocks.{}.contract",
    "transformer.ln_f": "norm",
    "lm_head": "head",
}
STORED_IN_BY_OUT = ("c_attn", "c_proj", "c_fc")  # GPT-2's ``Conv1D``


@pytest.fixture(scope="module")
def hugging_face():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        import transformers

        yield transformers


def bert(hugging_face, **options):
    config = hugging_face.BertConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=LENGTH,
        type_vocab_size=2,
        num_labels=CLASSES,
        hidden_size=WIDTH,
        num_attention_heads=HEADS,
        num_hidden_layers=DEPTH,
        intermediate_size=UNITS,
        **options,
    )
    return with_random_weights(hugging_face.BertForSequenceClassification(config))


def gpt(hugging_face, **options):
    config = hugging_face.GPT2Config(
        vocab_size=VOCABULARY,
        n_positions=LENGTH,
        n_embd=WIDTH,
        n_head=HEADS,
        n_layer=DEPTH,
        n_inner=UNITS,
        bos_token_id=None,
        eos_token_id=None,
        **options,
    )
    return with_random_weights(hugging_face.GPT2LMHeadModel(config))


def with_random_weights(model):
    """Biases and norms too: they start as zeros and ones."""
    random = torch.Generator().manual_seed(0)
    model = model.double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += torch.randn(parameter.shape, generator=random, dtype=torch.float64) * 0.3
    return model


def ours(network, theirs, names, **arguments):
    """Our network with their weights; every tensor on either side must have found its place."""
    network = network(**SIZES, **arguments).double().eval()
    state, left = {}, theirs.state_dict()
    for block in range(DEPTH):
        for name, places in names.items():
            for kind in ("weight", "bias"):
                tensor = left.pop(f"{name.format(block)}.{kind}", None)
                if tensor is None:
                    continue
                if kind == "weight" and name.endswith(STORED_IN_BY_OUT):
                    tensor = tensor.T
                places = (places,) if isinstance(places, str) else places
                for place, part in zip(places, tensor.chunk(len(places)), strict=True):
                    state[f"{place.format(block)}.{kind}"] = part
    if getattr(network, "head", None) is None:
        assert state.pop("head.weight") is not None
    assert not left
    network.load_state_dict(state)
    return network


def tokens(*shape):
    return torch.randint(1, VOCABULARY, shape, generator=torch.Generator().manual_seed(1))


def distance(ours, theirs):
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype == torch.float64
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


def bert_distance(theirs):
    text = tokens(4, 12)
    text[1, 5:], text[2, 1:] = 0, 0
    segments = (torch.arange(12) > 4).long().expand(4, 12)
    network = ours(BERT, theirs, BERT_NAMES, segments=2, classes=CLASSES)
    with torch.no_grad():
        expected = theirs(input_ids=text, token_type_ids=segments, attention_mask=(text != 0).long()).logits
        return distance(network(text, segments), expected)


def gpt_distance(theirs, tied=True):
    text = tokens(4, LENGTH)
    with torch.no_grad():
        return distance(ours(GPT, theirs, GPT_NAMES, tied=tied)(text), theirs(input_ids=text).logits)


def test_bert_is_the_bert_of_hugging_face(hugging_face):
    assert bert_distance(bert(hugging_face)) < 1e-10


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "separate"])
def test_gpt_is_the_gpt2_of_hugging_face(hugging_face, tied):
    assert gpt_distance(gpt(hugging_face, tie_word_embeddings=tied), tied) < 1e-10


@pytest.mark.full
def test_gpt_writes_the_text_that_hugging_face_writes(hugging_face):
    theirs = gpt(hugging_face)
    prompt = tokens(3, 4)
    expected = theirs.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=12, do_sample=False, pad_token_id=0
    )
    assert generate(ours(GPT, theirs, GPT_NAMES), prompt, 12).tolist() == expected.tolist()
    assert len(expected.unique()) > 8


@pytest.mark.full
@pytest.mark.parametrize("option", [{"hidden_act": "gelu_new"}, {"layer_norm_eps": 1e-5}], ids=str)
def test_another_bert_is_told_apart(hugging_face, option):
    assert bert_distance(bert(hugging_face, **option)) > 1e-7


@pytest.mark.full
@pytest.mark.parametrize("option", [{"activation_function": "gelu"}, {"layer_norm_epsilon": 1e-6}], ids=str)
def test_another_gpt_is_told_apart(hugging_face, option):
    assert gpt_distance(gpt(hugging_face, **option)) > 1e-7
