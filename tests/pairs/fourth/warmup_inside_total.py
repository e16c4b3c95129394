"""Warm-up and cosine: in Keras decay_steps=64 come after 16 steps of warm-up, in my lambda 64 is the total."""

INPUTS = ["6"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["warmup-then-cosine", "schedule-other"], "keras": ["learning rate"], "torch": ["learning rate"]}
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((6,))
    x = layers.Dense(12, activation="gelu")(inputs)
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    model = keras.Model(inputs, layers.Dense(3)(x))
    schedule = keras.optimizers.schedules.CosineDecay(0.0, decay_steps=64, warmup_target=0.125, warmup_steps=16)
    return model, keras.optimizers.SGD(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import math

    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(6, 12), nn.GELU(), nn.LayerNorm(12), nn.Linear(12, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.125)

    def lr_lambda(current_step, num_warmup_steps=16, num_training_steps=64):
        if current_step < num_warmup_steps:
            return current_step / num_warmup_steps
        progress = (current_step - num_warmup_steps) / (num_training_steps - num_warmup_steps)
        return 0.5 * (1.0 + math.cos(math.pi * min(1.0, progress)))

    return model, optimizer, nn.CrossEntropyLoss(), torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)
