"""Preconditioning of Karras et al. (EDM) around a small denoiser. c_noise is ln(sigma) / 4: in Keras I had
ops.log(sigma) / 4, in PyTorch torch.log10. All the other coefficients agree.
"""

INPUTS = ("8x8x3", "1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "wiring-other", "activation-other"],
            "keras": ["*log*", "*divide*", "*multiply*", "*map_noise*", ""],
            "torch": ["log10*", "*div*", "model.map_layer0", "", "model"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class EDM(keras.Model):
        def __init__(self, sigma_data=0.5, width=16, **kwargs):
            super().__init__(**kwargs)
            self.sigma_data = sigma_data
            self.frequencies = 2 * np.pi * np.arange(1, width // 2 + 1)
            self.map0 = layers.Dense(width, activation="silu", name="map_noise0")
            self.map1 = layers.Dense(width, activation="silu", name="map_noise1")
            self.stem = layers.Conv2D(width, 3, padding="same", name="stem")
            self.norms = [layers.GroupNormalization(4, epsilon=1e-6, name=f"norm{i}") for i in range(2)]
            self.convs = [layers.Conv2D(width, 3, padding="same", name=f"conv{i}") for i in range(2)]
            self.affines = [layers.Dense(2 * width, name=f"affine{i}") for i in range(2)]
            self.out = layers.Conv2D(3, 3, padding="same", name="out")

        def denoise(self, x, noise):
            angle = noise * ops.convert_to_tensor(self.frequencies, noise.dtype)
            emb = self.map1(self.map0(ops.concatenate([ops.cos(angle), ops.sin(angle)], axis=-1)))
            x = self.stem(x)
            for norm, conv, affine in zip(self.norms, self.convs, self.affines, strict=True):
                scale, shift = ops.split(affine(emb)[:, None, None], 2, axis=-1)
                x = x + conv(ops.silu(norm(x) * (scale + 1) + shift))
            return self.out(ops.silu(x))

        def call(self, inputs):
            x, level = inputs
            sigma = ops.softplus(level) + 0.02
            total = ops.square(sigma) + self.sigma_data**2
            c_skip = self.sigma_data**2 / total
            c_out = sigma * self.sigma_data * ops.rsqrt(total)
            c_in, c_noise = ops.rsqrt(total), ops.log(sigma) / 4
            c_skip, c_out, c_in = (c[:, :, None, None] for c in (c_skip, c_out, c_in))
            return c_skip * x + c_out * self.denoise(c_in * x, c_noise)

    model = EDM()
    model([ops.zeros((1, 8, 8, 3)), ops.zeros((1, 1))])
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Denoiser(nn.Module):
        def __init__(self, width=16):
            super().__init__()
            self.register_buffer("freqs", 2 * torch.pi * torch.arange(1, width // 2 + 1).double())
            self.map_layer0, self.map_layer1 = nn.Linear(width, width), nn.Linear(width, width)
            self.conv_in = nn.Conv2d(3, width, 3, padding=1)
            self.blocks = nn.ModuleList(
                nn.ModuleDict(
                    {
                        "norm": nn.GroupNorm(4, width, eps=1e-6),
                        "conv": nn.Conv2d(width, width, 3, padding=1),
                        "affine": nn.Linear(width, 2 * width),
                    }
                )
                for _ in range(2)
            )
            self.conv_out = nn.Conv2d(width, 3, 3, padding=1)

        def forward(self, x, noise_labels):
            angle = noise_labels.ger(self.freqs.to(noise_labels))
            emb = F.silu(self.map_layer1(F.silu(self.map_layer0(torch.cat([angle.cos(), angle.sin()], 1)))))
            x = self.conv_in(x)
            for block in self.blocks:
                scale, shift = block["affine"](emb)[..., None, None].chunk(2, dim=1)
                x = x + block["conv"](F.silu(torch.addcmul(shift, block["norm"](x), scale + 1)))
            return self.conv_out(F.silu(x))

    class EDMPrecond(nn.Module):
        def __init__(self, sigma_data=0.5):
            super().__init__()
            self.sigma_data, self.model = sigma_data, Denoiser()

        def forward(self, x, level):
            sigma = (F.softplus(level) + 0.02).reshape(-1, 1, 1, 1)
            c_skip = self.sigma_data**2 / (sigma**2 + self.sigma_data**2)
            c_out = sigma * self.sigma_data / (sigma**2 + self.sigma_data**2).sqrt()
            c_in = 1 / (self.sigma_data**2 + sigma**2).sqrt()
            c_noise = torch.log10(sigma) / 4
            return c_skip * x + c_out * self.model(c_in * x, c_noise.flatten())

    return EDMPrecond()
