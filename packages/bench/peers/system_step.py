"""One training step of a system of packages/models/src/systems with its default options, the same in PyTorch.

Each twin is a module of twins/ whose `forward` is the loss of a batch. The table names its batch, labelled examples
among it, and its optimizer.
"""

import sys

import torch
from common import measure_training, start_torch
from twins.adversarial import CatGan, ImprovedGan
from twins.autoencoders import Autoencoder, Dcn, Dec, Idec
from twins.convolutional import ConvLadder, Depict, EmbedCnn, Jule, SmallCnn, Swwae
from twins.deep_generative import M1, M1M2, M2, AuxiliaryDeep
from twins.generative import Dlgmm, Gmvae, GumbelVae, Vade, Vae
from twins.parts import d
from twins.semi_supervised import AuxiliaryClustering, AuxiliaryTasksVae, Ladder


def adam(rate, beta1=0.9):
    return lambda parameters: torch.optim.Adam(parameters, rate, (beta1, 0.999), fused=True)


def momentum(rate):
    return lambda parameters: torch.optim.SGD(parameters, rate, momentum=0.9, fused=True)


systems = {
    "ae-kmeans": (Autoencoder, 256, adam(1e-3)),
    "ae-gmm": (Autoencoder, 256, adam(1e-3)),
    "n2d": (Autoencoder, 256, adam(1e-3)),
    "dec": (Dec, 256, momentum(0.01)),
    "idec": (Idec, 256, adam(1e-3)),
    "dcn": (Dcn, 256, adam(1e-3)),
    "vae": (Vae, 100, adam(1e-3)),
    "gumbel-vae": (GumbelVae, 128, adam(1e-3)),
    "gmvae": (Gmvae, 64, adam(1e-3)),
    "vade": (Vade, 100, adam(2e-3)),
    "dlgmm": (Dlgmm, 100, adam(3e-4)),
    "depict": (Depict, 100, adam(1e-4)),
    "depict-semi": (lambda: Depict(110), 110, adam(1e-4)),
    "jule-sf": (Jule, 100, momentum(0.01)),
    "jule-rc": (Jule, 100, momentum(0.01)),
    "auxiliary-clustering": (AuxiliaryClustering, 200, adam(1e-3)),
    "ladder": (Ladder, 200, adam(2e-3)),
    "conv-ladder": (ConvLadder, 200, adam(2e-3)),
    "auxiliary-tasks-vae": (AuxiliaryTasksVae, 200, adam(1e-2)),
    "small-cnn": (SmallCnn, 200, adam(2e-3)),
    "improved-gan": (ImprovedGan, 200, adam(3e-3, beta1=0.5)),
    "cat-gan": (CatGan, 200, adam(2e-4, beta1=0.5)),
    "embed-cnn": (EmbedCnn, 128, adam(1e-3)),
    "swwae": (Swwae, 200, adam(1e-3)),
    "m1-tsvm": (M1, 1000, adam(3e-4)),
    "m2": (M2, 500, adam(3e-4)),
    "m1-m2": (M1M2, 500, adam(3e-4)),
    "adgm": (lambda: AuxiliaryDeep(skip=False), 200, adam(3e-4)),
    "sdgm": (lambda: AuxiliaryDeep(skip=True), 200, adam(3e-4)),
}

start_torch()
twin, batch, optimizer_of = systems[sys.argv[2]]
model = twin().to(memory_format=torch.channels_last)
optimizer = optimizer_of([parameter for parameter in model.parameters() if parameter.requires_grad])
x = torch.rand(batch, d)
measure_training(lambda: model(x), optimizer)
