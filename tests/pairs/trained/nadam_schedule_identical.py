"""NAdam with the momentum schedule of Keras, and a cosine that ends where training ends."""

INPUTS = ["5"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((5,)), layers.Dense(7, activation="gelu"), layers.Dense(2)])
    rate = keras.optimizers.schedules.CosineDecay(0.01, 400)
    return model, keras.optimizers.Nadam(rate, epsilon=1e-8), keras.losses.Huber(0.5)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(5, 7), nn.GELU(), nn.Linear(7, 2))
    optimizer = torch.optim.NAdam(model.parameters(), 0.01, momentum_decay=1.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)
    return model, optimizer, nn.HuberLoss(delta=0.5), schedule
