"""Small Mamba language model: PyTorch pads the depthwise convolution on both sides and cuts the end off, Keras pads
only the front; the selective scan is a loop on both sides, with the discretisation inside it or in front of it.
"""

INPUTS = ("10:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SelectiveScan(layers.Layer):
        def __init__(self, inner, states, rank, **kwargs):
            super().__init__(**kwargs)
            self.inner, self.states, self.rank = inner, states, rank
            self.project = layers.Dense(rank + 2 * states, use_bias=False, name="project")
            self.step = layers.Dense(inner, activation="softplus", name="step")

        def build(self, shape):
            self.project.build(shape)
            self.step.build((*shape[:-1], self.rank))
            self.a_log = self.add_weight(shape=(self.inner, self.states), initializer="random_normal", name="a_log")
            self.skip = self.add_weight(shape=(self.inner,), initializer="ones", name="skip")

        def call(self, u):
            step, b, c = ops.split(self.project(u), [self.rank, self.rank + self.states], axis=-1)
            delta = self.step(step)
            a = -ops.exp(self.a_log)
            h, ys = 0.0, []
            for t in range(u.shape[1]):
                d = ops.expand_dims(delta[:, t], -1)
                h = ops.exp(d * a) * h + d * ops.expand_dims(b[:, t], 1) * ops.expand_dims(u[:, t], -1)
                ys.append(ops.sum(h * ops.expand_dims(c[:, t], 1), axis=-1))
            return ops.stack(ys, axis=1) + u * self.skip

    words = keras.Input((10,), dtype="int32")
    x = layers.Embedding(40, 16, name="words")(words)
    for i in range(2):
        y = layers.RMSNormalization(epsilon=1e-5, name=f"norm_{i}")(x)
        y = layers.Dense(48, use_bias=False, name=f"in_{i}")(y)
        y, gate = ops.split(y, 2, axis=-1)
        y = layers.ZeroPadding1D((3, 0), name=f"pad_{i}")(y)
        y = layers.DepthwiseConv1D(4, activation="silu", name=f"conv_{i}")(y)
        y = SelectiveScan(24, 4, 2, name=f"ssm_{i}")(y)
        y = layers.Multiply(name=f"gated_{i}")([y, layers.Activation("silu", name=f"gate_{i}")(gate)])
        x = layers.Add(name=f"add_{i}")([layers.Dense(16, use_bias=False, name=f"out_{i}")(y), x])
    x = layers.RMSNormalization(epsilon=1e-5, name="norm_f")(x)
    return keras.Model(words, layers.Dense(40, use_bias=False, name="lm_head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, d_model, eps=1e-5):
            super().__init__()
            self.eps = eps
            self.weight = nn.Parameter(torch.ones(d_model))

        def forward(self, x):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight

    class MambaBlock(nn.Module):
        def __init__(self, d_model=16, d_inner=24, d_state=4, d_conv=4, dt_rank=2):
            super().__init__()
            self.sizes = [dt_rank, d_state, d_state]
            self.in_proj = nn.Linear(d_model, 2 * d_inner, bias=False)
            self.conv1d = nn.Conv1d(d_inner, d_inner, d_conv, groups=d_inner, padding=d_conv - 1)
            self.x_proj = nn.Linear(d_inner, sum(self.sizes), bias=False)
            self.dt_proj = nn.Linear(dt_rank, d_inner, bias=True)
            self.A_log = nn.Parameter(torch.log(torch.arange(1, d_state + 1).float().repeat(d_inner, 1)))
            self.D = nn.Parameter(torch.ones(d_inner))
            self.out_proj = nn.Linear(d_inner, d_model, bias=False)

        def forward(self, x):
            length = x.shape[1]
            x, res = self.in_proj(x).chunk(2, dim=-1)
            x = self.conv1d(x.transpose(1, 2))[:, :, :length].transpose(1, 2)
            y = self.ssm(F.silu(x))
            return self.out_proj(y * F.silu(res))

        def ssm(self, u):
            A = -torch.exp(self.A_log)
            delta, B, C = self.x_proj(u).split(self.sizes, dim=-1)
            delta = F.softplus(self.dt_proj(delta))
            deltaA = torch.exp(torch.einsum("bld,dn->bldn", delta, A))
            deltaB_u = torch.einsum("bld,bln,bld->bldn", delta, B, u)
            state = torch.zeros_like(deltaA[:, 0])
            ys = []
            for i in range(u.shape[1]):
                state = deltaA[:, i] * state + deltaB_u[:, i]
                ys.append(torch.einsum("bdn,bn->bd", state, C[:, i]))
            return torch.stack(ys, dim=1) + u * self.D

    class ResidualBlock(nn.Module):
        def __init__(self):
            super().__init__()
            self.mixer = MambaBlock()
            self.norm = RMSNorm(16)

        def forward(self, x):
            return self.mixer(self.norm(x)) + x

    class Mamba(nn.Module):
        def __init__(self, vocab=40, n_layer=2):
            super().__init__()
            self.embedding = nn.Embedding(vocab, 16)
            self.layers = nn.ModuleList([ResidualBlock() for _ in range(n_layer)])
            self.norm_f = RMSNorm(16)
            self.lm_head = nn.Linear(16, vocab, bias=False)

        def forward(self, input_ids):
            x = self.embedding(input_ids)
            for layer in self.layers:
                x = layer(x)
            return self.lm_head(self.norm_f(x))

    return Mamba()
