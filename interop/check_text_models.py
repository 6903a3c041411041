"""Hold the rule sets for text models against the formulas of the code that their checkpoints come from.

    python check_text_models.py WORK_DIR TF2TORCH...

TF2TORCH is the command that starts the converter, in one word or several. TensorFlow writes small
random checkpoints with the published names, slots of the optimizer beside them; each is converted into
a random transformers model, loaded with strict=True, and its outputs are compared with a forward in
NumPy that follows the published TensorFlow code: google-research/bert modeling.py, google-research/albert
modeling.py, google-research/electra model/modeling.py, openai/gpt-2 src/model.py, mesh_tensorflow
transformer_layers.py. Exits with 1 where they differ by more than 1e-5 of the largest.
"""

import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import torch
import transformers as hf

hf.logging.set_verbosity_error()
from safetensors.torch import load_file

TOLERANCE = 1e-5
H, HEADS, FFN, VOCAB, POSITIONS, EMBEDDING = 32, 4, 56, 61, 24, 20
random = np.random.default_rng(7)


# ---- checkpoints: every variable random, so that nothing hides


def layer_names(scope, width, ffn=FFN, norm="LayerNorm"):
    names = {}
    for part in ("query", "key", "value"):
        names |= dense(f"{scope}/attention/self/{part}", width, width)
    names |= dense(f"{scope}/attention/output/dense", width, width) | layer_norm(f"{scope}/attention/output/{norm}", width)
    names |= dense(f"{scope}/intermediate/dense", width, ffn) | dense(f"{scope}/output/dense", ffn, width)
    return names | layer_norm(f"{scope}/output/{norm}", width)


def dense(scope, rows, columns):
    return {f"{scope}/kernel": (rows, columns), f"{scope}/bias": (columns,)}


def layer_norm(scope, width):
    return {f"{scope}/gamma": (width,), f"{scope}/beta": (width,)}


def embeddings(scope, width, norm="LayerNorm"):
    tables = {"word": VOCAB, "position": POSITIONS, "token_type": 2}
    names = {f"{scope}/embeddings/{n}_embeddings": (rows, width) for n, rows in tables.items()}
    return names | layer_norm(f"{scope}/embeddings/{norm}", width)


def bert_names(heads=True, pooler=True, norm="LayerNorm"):
    names = embeddings("bert", H, norm)
    for i in range(2):
        names |= layer_names(f"bert/encoder/layer_{i}", H, norm=norm)
    if pooler:
        names |= dense("bert/pooler/dense", H, H)
    if heads:
        names |= dense("cls/predictions/transform/dense", H, H) | layer_norm("cls/predictions/transform/LayerNorm", H)
        names |= {"cls/predictions/output_bias": (VOCAB,)}
        names |= {"cls/seq_relationship/output_weights": (2, H), "cls/seq_relationship/output_bias": (2,)}
    return names


def albert_names():
    inner = "bert/encoder/transformer/group_0/inner_group_0"
    names = embeddings("bert", EMBEDDING) | dense("bert/encoder/embedding_hidden_mapping_in", EMBEDDING, H)
    for part in ("query", "key", "value"):
        names |= dense(f"{inner}/attention_1/self/{part}", H, H)
    names |= dense(f"{inner}/attention_1/output/dense", H, H) | layer_norm(f"{inner}/LayerNorm", H)
    names |= dense(f"{inner}/ffn_1/intermediate/dense", H, FFN) | dense(f"{inner}/ffn_1/intermediate/output/dense", FFN, H)
    names |= layer_norm(f"{inner}/LayerNorm_1", H) | dense("bert/pooler/dense", H, H)
    names |= dense("cls/predictions/transform/dense", H, EMBEDDING) | layer_norm("cls/predictions/transform/LayerNorm", EMBEDDING)
    names |= {"cls/predictions/output_bias": (VOCAB,)}
    return names | {"cls/seq_relationship/output_weights": (2, H), "cls/seq_relationship/output_bias": (2,)}


def electra_names():
    names = embeddings("electra", EMBEDDING)
    for scope, width in (("electra", H), ("generator", 16)):
        names |= dense(f"{scope}/embeddings_project", EMBEDDING, width)
        for i in range(2):
            names |= layer_names(f"{scope}/encoder/layer_{i}", width)
    names |= dense("discriminator_predictions/dense", H, H) | dense("discriminator_predictions/dense_1", H, 1)
    names |= dense("generator_predictions/dense", 16, EMBEDDING) | layer_norm("generator_predictions/LayerNorm", EMBEDDING)
    return names | {"generator_predictions/output_bias": (VOCAB,)}


def gpt2_names():
    names = {"model/wte": (VOCAB, H), "model/wpe": (POSITIONS, H), "model/ln_f/g": (H,), "model/ln_f/b": (H,)}
    for i in range(2):
        for part, rows, columns in (("attn/c_attn", H, 3 * H), ("attn/c_proj", H, H), ("mlp/c_fc", H, 4 * H), ("mlp/c_proj", 4 * H, H)):
            names |= {f"model/h{i}/{part}/w": (1, rows, columns), f"model/h{i}/{part}/b": (columns,)}
        for part in ("ln_1", "ln_2"):
            names |= {f"model/h{i}/{part}/g": (H,), f"model/h{i}/{part}/b": (H,)}
    return names


def t5_names(gated):
    names = {"shared/embedding": (VOCAB, H)}
    for side, attentions in (("encoder", ["SelfAttention"]), ("decoder", ["SelfAttention", "EncDecAttention"])):
        for i in range(2):
            block = f"{side}/block_{i:03d}"
            for k, attention in enumerate(attentions):
                layer = f"{block}/layer_{k:03d}"
                names |= {f"{layer}/{attention}/{p}": (H, 40) for p in "qkv"} | {f"{layer}/{attention}/o": (40, H)}
                names |= {f"{layer}/layer_norm/scale": (H,)}
            if i == 0:
                names |= {f"{block}/layer_000/SelfAttention/relative_attention_bias": (HEADS, 32)}
            layer = f"{block}/layer_{len(attentions):03d}"
            names |= {f"{layer}/DenseReluDense/{w}/kernel": (H, FFN) for w in (["wi_0", "wi_1"] if gated else ["wi"])}
            names |= {f"{layer}/DenseReluDense/wo/kernel": (FFN, H), f"{layer}/layer_norm/scale": (H,)}
        names |= {f"{side}/final_layer_norm/scale": (H,)}
    return names | ({"decoder/logits/kernel": (H, VOCAB)} if gated else {})


def values(names):
    made = {}
    for name, shape in names.items():
        is_scale = name.rsplit("/", 1)[-1] in ("gamma", "g", "scale")
        noise = random.normal(0, 0.3 if len(shape) == 1 else 0.25, shape)
        made[name] = (noise + is_scale).astype(np.float32)
    return made


def save(variables, slots, folder):
    folder.mkdir(parents=True)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        stored = dict(variables) | slots | {"global_step": np.int64(1000)}
        made = [tf.compat.v1.get_variable(n, initializer=v, use_resource=False) for n, v in stored.items()]
        session.run(tf.compat.v1.global_variables_initializer())
        return tf.compat.v1.train.Saver(made).save(session, str(folder / "model.ckpt"), write_meta_graph=False)


def adam(variables):
    return {f"{n}/{s}": np.abs(v) for n, v in variables.items() for s in ("adam_m", "adam_v")}


def adafactor(variables):
    slots = {}
    for n, v in variables.items():
        if v.ndim == 2:
            largest = int(v.shape[1] > v.shape[0])
            slots |= {f"{n}_slot_vr": np.abs(v).mean(largest), f"{n}_slot_vc": np.abs(v).mean(1 - largest)}
        else:
            slots[f"{n}_slot_v"] = np.abs(v)
    return slots


# ---- the published code's formulas, in float64


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def normed(x, gamma, beta, eps):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps) * gamma + beta


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def split(x):
    return x.reshape(*x.shape[:2], HEADS, -1).transpose(0, 2, 1, 3)


def attend(q, k, v, bias=0.0, scale=True):
    scores = split(q) @ split(k).transpose(0, 1, 3, 2)
    if scale:
        scores = scores / np.sqrt(q.shape[-1] // HEADS)
    mixed = softmax(scores + bias) @ split(v)
    return mixed.transpose(0, 2, 1, 3).reshape(q.shape)


class Bert:
    """BertModel of modeling.py, and what ALBERT and ELECTRA make of it."""

    def __init__(self, variables):
        self.v = {n: a.astype(np.float64) for n, a in variables.items()}

    def dense(self, x, scope):
        return x @ self.v[f"{scope}/kernel"] + self.v[f"{scope}/bias"]

    def norm(self, x, scope):
        return normed(x, self.v[f"{scope}/gamma"], self.v[f"{scope}/beta"], 1e-12)

    def embedded(self, scope, ids, types, norm="LayerNorm"):
        table = lambda n: self.v[f"{scope}/embeddings/{n}_embeddings"]
        x = table("word")[ids] + table("token_type")[types] + table("position")[: ids.shape[1]]
        return self.norm(x, f"{scope}/embeddings/{norm}")

    def attention(self, x, scope):
        return attend(*(self.dense(x, f"{scope}/self/{p}") for p in ("query", "key", "value")))

    def layer(self, x, scope, norm="LayerNorm"):
        mixed = self.dense(self.attention(x, f"{scope}/attention"), f"{scope}/attention/output/dense")
        x = self.norm(x + mixed, f"{scope}/attention/output/{norm}")
        inner = gelu(self.dense(x, f"{scope}/intermediate/dense"))
        return self.norm(x + self.dense(inner, f"{scope}/output/dense"), f"{scope}/output/{norm}")

    def encoded(self, x, scope, norm="LayerNorm"):
        for i in range(2):
            x = self.layer(x, f"{scope}/encoder/layer_{i}", norm)
        return x

    def albert(self, ids, types):
        x = self.dense(self.embedded("bert", ids, types), "bert/encoder/embedding_hidden_mapping_in")
        inner = "bert/encoder/transformer/group_0/inner_group_0"
        for _ in range(3):
            mixed = self.dense(self.attention(x, f"{inner}/attention_1"), f"{inner}/attention_1/output/dense")
            x = self.norm(x + mixed, f"{inner}/LayerNorm")
            inner_x = gelu(self.dense(x, f"{inner}/ffn_1/intermediate/dense"))
            x = self.norm(x + self.dense(inner_x, f"{inner}/ffn_1/intermediate/output/dense"), f"{inner}/LayerNorm_1")
        return x

    def pooled(self, x):
        return np.tanh(self.dense(x[:, 0], "bert/pooler/dense"))

    def words(self, x, scope, table, norm="LayerNorm", bias="output_bias"):
        x = self.norm(gelu(self.dense(x, f"{scope}/dense")), f"{scope}/{norm}")
        return x @ self.v[table].T + self.v[bias]


def gpt2(variables, ids):
    v = {n: a.astype(np.float64) for n, a in variables.items()}
    conv = lambda x, s: x @ v[f"{s}/w"][0] + v[f"{s}/b"]
    norm = lambda x, s: normed(x, v[f"{s}/g"], v[f"{s}/b"], 1e-5)
    x = v["model/wte"][ids] + v["model/wpe"][: ids.shape[1]]
    causal = np.triu(np.full((ids.shape[1],) * 2, -1e10), 1)
    for i in range(2):
        s = f"model/h{i}"
        q, k, w = np.split(conv(norm(x, f"{s}/ln_1"), f"{s}/attn/c_attn"), 3, -1)
        x = x + conv(attend(q, k, w, causal), f"{s}/attn/c_proj")
        x = x + conv(gelu(conv(norm(x, f"{s}/ln_2"), f"{s}/mlp/c_fc")), f"{s}/mlp/c_proj")
    return norm(x, "model/ln_f") @ v["model/wte"].T


def buckets(distance, bidirectional):
    """_relative_position_bucket: half of 32 exact, the rest logarithmic up to 128."""
    count, n, result = 32, -distance, 0
    if bidirectional:
        count //= 2
        result = (n < 0) * count
        n = np.abs(n)
    else:
        n = np.maximum(n, 0)
    exact = count // 2
    with np.errstate(divide="ignore"):
        large = exact + (np.log(n / exact) / np.log(128 / exact) * (count - exact)).clip(-1e6, 1e6).astype(int)
    return result + np.where(n < exact, n, np.minimum(large, count - 1))


def t5(variables, ids, targets, gated):
    """Logits; without targets, what the encoder answers."""
    v = {n: a.astype(np.float64) for n, a in variables.items()}
    norm = lambda x, s: x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * v[f"{s}/scale"]
    kernel = lambda x, s: x @ v[f"{s}/kernel"]

    def attention(x, memory, scope, bias):
        return attend(x @ v[f"{scope}/q"], memory @ v[f"{scope}/k"], memory @ v[f"{scope}/v"], bias, scale=False) @ v[f"{scope}/o"]

    def feed(x, scope):
        if gated:
            return kernel(gelu(kernel(x, f"{scope}/wi_0")) * kernel(x, f"{scope}/wi_1"), f"{scope}/wo")
        return kernel(np.maximum(kernel(x, f"{scope}/wi"), 0), f"{scope}/wo")

    def stack(side, x, memory):
        length = x.shape[1]
        distance = np.arange(length)[None, :] - np.arange(length)[:, None]
        table = v[f"{side}/block_000/layer_000/SelfAttention/relative_attention_bias"]
        bias = table[:, buckets(distance, side == "encoder")]
        if side == "decoder":
            bias = bias + np.triu(np.full((length, length), -1e10), 1)
        for i in range(2):
            s = f"{side}/block_{i:03d}/layer_"
            h = norm(x, s + "000/layer_norm")
            x, k = x + attention(h, h, s + "000/SelfAttention", bias), 1
            if side == "decoder":
                x, k = x + attention(norm(x, s + "001/layer_norm"), memory, s + "001/EncDecAttention", 0.0), 2
            x = x + feed(norm(x, f"{s}{k:03d}/layer_norm"), f"{s}{k:03d}/DenseReluDense")
        return norm(x, f"{side}/final_layer_norm")

    memory = stack("encoder", v["shared/embedding"][ids], None)
    if targets is None:
        return memory
    x = stack("decoder", v["shared/embedding"][targets], memory)
    return x @ v["decoder/logits/kernel"] if gated else x * H**-0.5 @ v["shared/embedding"].T


# ---- cases: variables, slots, rule set, transformers model, how to run both

IDS = random.integers(1, VOCAB, (2, 11))
TYPES = random.integers(0, 2, (2, 11))
COMMON = {"vocab_size": VOCAB, "hidden_size": H, "num_attention_heads": HEADS, "intermediate_size": FFN, "max_position_embeddings": POSITIONS, "hidden_act": "gelu_new", "type_vocab_size": 2}
BERT = hf.BertConfig(**COMMON, num_hidden_layers=2)


def tokens():
    return {"input_ids": torch.tensor(IDS), "token_type_ids": torch.tensor(TYPES)}


def bert_pretraining(v):
    out = lambda m: (lambda o: (o.prediction_logits, o.seq_relationship_logits))(m(**tokens()))
    net = Bert(v)
    x = net.encoded(net.embedded("bert", IDS, TYPES), "bert")
    relation = net.pooled(x) @ net.v["cls/seq_relationship/output_weights"].T + net.v["cls/seq_relationship/output_bias"]
    words = net.words(x, "cls/predictions/transform", "bert/embeddings/word_embeddings", bias="cls/predictions/output_bias")
    return out, (words, relation)


def bert_encoder(v, norm="LayerNorm", pooled=True):
    net = Bert(v)
    x = net.encoded(net.embedded("bert", IDS, TYPES, norm), "bert", norm)
    if not pooled:
        return lambda m: (m(**tokens()).last_hidden_state,), (x,)
    return lambda m: (lambda o: (o.last_hidden_state, o.pooler_output))(m(**tokens())), (x, net.pooled(x))


def bert_classified(v):
    net = Bert(v)
    pooled = net.pooled(net.encoded(net.embedded("bert", IDS, TYPES), "bert"))
    return lambda m: (m(**tokens()).logits,), (pooled @ net.v["output_weights"].T + net.v["output_bias"],)


def bert_answers(v):
    net = Bert(v)
    x = net.encoded(net.embedded("bert", IDS, TYPES), "bert")
    both = x @ net.v["cls/squad/output_weights"].T + net.v["cls/squad/output_bias"]
    return lambda m: (lambda o: (o.start_logits, o.end_logits))(m(**tokens())), (both[..., 0], both[..., 1])


def albert(v):
    net = Bert(v)
    x = net.albert(IDS, TYPES)
    words = net.words(x, "cls/predictions/transform", "bert/embeddings/word_embeddings", bias="cls/predictions/output_bias")
    order = net.pooled(x) @ net.v["cls/seq_relationship/output_weights"].T + net.v["cls/seq_relationship/output_bias"]
    return lambda m: (lambda o: (o.prediction_logits, o.sop_logits))(m(**tokens())), (words, order)


def albert_answers(v):
    net = Bert(v)
    both = net.albert(IDS, TYPES) @ net.v["cls/squad/output_weights"].T + net.v["cls/squad/output_bias"]
    return lambda m: (lambda o: (o.start_logits, o.end_logits))(m(**tokens())), (both[..., 0], both[..., 1])


def tagged(v):
    net = Bert(v)
    x = net.encoded(net.dense(net.embedded("electra", IDS, TYPES), "electra/embeddings_project"), "electra")
    return lambda m: (m(**tokens()).logits,), (net.dense(x, "task_specific/chunk/dense"),)


def without(names, *scopes):
    return {n: shape for n, shape in names.items() if not n.startswith(scopes)}


def discriminator(v):
    net = Bert(v)
    x = net.encoded(net.dense(net.embedded("electra", IDS, TYPES), "electra/embeddings_project"), "electra")
    x = net.dense(gelu(net.dense(x, "discriminator_predictions/dense")), "discriminator_predictions/dense_1")
    return lambda m: (m(**tokens()).logits,), (x[..., 0],)


def generator(v):
    net = Bert(v)
    x = net.encoded(net.dense(net.embedded("electra", IDS, TYPES), "generator/embeddings_project"), "generator")
    words = net.words(x, "generator_predictions", "electra/embeddings/word_embeddings", bias="generator_predictions/output_bias")
    return lambda m: (m(**tokens()).logits,), (words,)


def t5_config(gated):
    return hf.T5Config(vocab_size=VOCAB, d_model=H, d_kv=10, d_ff=FFN, num_layers=2, num_heads=HEADS, feed_forward_proj="gated-gelu" if gated else "relu", tie_word_embeddings=not gated, decoder_start_token_id=0)


def t5_encoder(v):
    return lambda m: (m(input_ids=torch.tensor(IDS)).last_hidden_state,), (t5(v, IDS, None, False),)


def gpt2_features(v):
    """The head stays as the class has it; what it reads is compared, as logits of words."""
    return lambda m: (m.transformer(torch.tensor(IDS)).last_hidden_state @ m.transformer.wte.weight.T,), (gpt2(v, IDS),)


def t5_case(gated):
    def case(v):
        run = lambda m: (m(input_ids=torch.tensor(IDS), decoder_input_ids=torch.tensor(IDS[:, :7])).logits,)
        return run, (t5(v, IDS, IDS[:, :7], gated),)

    config = t5_config(gated)
    return case, lambda: untied(hf.T5ForConditionalGeneration(config)) if gated else hf.T5ForConditionalGeneration(config)


def untied(model):
    """transformers 5 ties lm_head for every T5; v1.1 has logits of its own."""
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
    return model


def generator_model():
    model = hf.ElectraForMaskedLM(GENERATOR)
    model.generator_predictions.activation = hf.activations.get_activation("gelu_new")
    return model


ALBERT = hf.AlbertConfig(**COMMON, embedding_size=EMBEDDING, num_hidden_layers=3, num_hidden_groups=1)
ELECTRA = hf.ElectraConfig(**COMMON, embedding_size=EMBEDDING, num_hidden_layers=2)
GENERATOR = hf.ElectraConfig(**(COMMON | {"hidden_size": 16}), embedding_size=EMBEDDING, num_hidden_layers=2)
GPT2 = hf.GPT2Config(vocab_size=VOCAB, n_positions=POSITIONS, n_embd=H, n_layer=2, n_head=HEADS)
CASES = {
    "bert, pre-trained": ("bert", bert_names(), adam, bert_pretraining, lambda: hf.BertForPreTraining(BERT)),
    "bert, its encoder": ("bert", bert_names(), adam, bert_encoder, lambda: hf.BertModel(BERT)),
    "bert, no pooler": ("bert", bert_names(False, False), None, lambda v: bert_encoder(v, pooled=False), lambda: hf.BertModel(BERT)),
    "bert, layer_normalization": ("bert", bert_names(False, norm="layer_normalization_1"), None, lambda v: bert_encoder(v, "layer_normalization_1"), lambda: hf.BertModel(BERT)),
    "bert, classifier": ("bert", bert_names(False) | {"output_weights": (3, H), "output_bias": (3,)}, adam, bert_classified, lambda: hf.BertForSequenceClassification(hf.BertConfig(**COMMON, num_hidden_layers=2, num_labels=3))),
    "bert, answers": ("bert", bert_names(False, False) | {"cls/squad/output_weights": (2, H), "cls/squad/output_bias": (2,)}, adam, bert_answers, lambda: hf.BertForQuestionAnswering(BERT)),
    "albert": ("albert", albert_names(), None, albert, lambda: hf.AlbertForPreTraining(ALBERT)),
    "albert, answers": ("albert", without(albert_names(), "cls/") | {"cls/squad/output_weights": (2, H), "cls/squad/output_bias": (2,)}, adam, albert_answers, lambda: hf.AlbertForQuestionAnswering(ALBERT)),
    "electra, discriminator": ("electra-discriminator", electra_names(), adam, discriminator, lambda: hf.ElectraForPreTraining(ELECTRA)),
    "electra, generator": ("electra-generator", electra_names(), adam, generator, generator_model),
    "electra, tags": ("electra-discriminator", without(electra_names(), "generator", "discriminator") | dense("task_specific/chunk/dense", H, 3), adam, tagged, lambda: hf.ElectraForTokenClassification(hf.ElectraConfig(**COMMON, embedding_size=EMBEDDING, num_hidden_layers=2, num_labels=3))),
    "gpt-2": ("gpt-2", gpt2_names(), None, lambda v: (lambda m: (m(torch.tensor(IDS)).logits,), (gpt2(v, IDS),)), lambda: hf.GPT2LMHeadModel(GPT2)),
    "gpt-2, classifier": ("gpt-2", gpt2_names(), None, gpt2_features, lambda: hf.GPT2ForSequenceClassification(GPT2)),
    "t5 v1.0": ("t5", t5_names(False), adafactor, *t5_case(False)),
    "t5 v1.1": ("t5", t5_names(True), adafactor, *t5_case(True)),
    "t5, its encoder": ("t5-encoder", t5_names(False), adafactor, t5_encoder, lambda: hf.T5EncoderModel(t5_config(False))),
}


def check(name, rules, names, slots, case, model, folder, command, is_named):
    variables = values(names)
    prefix = save(variables, slots(variables) if slots else {}, folder / "source")
    target = model().eval()
    like = folder / "like.pt"
    torch.save(target.state_dict(), like)
    if is_named:
        like = folder / "like"
        target.save_pretrained(like)
    out = folder / "out"
    chosen = ["--rules", rules] if is_named else []
    subprocess.run([*command, "convert", prefix, "--like", like, *chosen, "-o", out], check=True, stdout=subprocess.DEVNULL)
    if not is_named and f'set "{rules}"' not in json.dumps(json.loads((out / "conversion.json").read_text())["assumed"]).replace("\\", ""):
        raise SystemExit(f"{name}: the set {rules} was not chosen by itself")
    state = torch.load(out / "model.pt", weights_only=True)
    if state.keys() != load_file(out / "model.safetensors").keys():
        raise SystemExit(f"{name}: the two files hold different tensors")
    tied = {k: stored_name(target, k, state) for k in target.state_dict() if k not in state}
    target.load_state_dict(state | {k: state[n] for k, n in tied.items()}, strict=True)
    run, expected = case(variables)
    with torch.no_grad():
        found = run(target)
    return max(abs(f.numpy() - e).max() / abs(e).max() for f, e in zip(found, expected, strict=True)), len(state)


def stored_name(model, name, state):
    """The name under which a tensor is stored that has several."""
    own = dict(model.named_parameters(remove_duplicate=False))
    return next(k for k in state if k in own and own[k] is own[name])


def main():
    work, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    failed = False
    for i, (name, (rules, names, slots, case, model)) in enumerate(CASES.items()):
        worst, count = check(name, rules, names, slots, case, model, work / str(i), command, is_named=i % 2 == 0)
        print(f"{name}: {count} tensors, differs by {worst:.1e}", flush=True)
        failed |= not worst <= TOLERANCE
    sys.exit(failed)


if __name__ == "__main__":
    main()
