import sys

import torch
from common import measure_training, start_torch

batch = int(sys.argv[2])
start_torch()
sizes = [784, 500, 500, 2000, 10, 2000, 500, 500, 784]
layers = []
for i in range(len(sizes) - 1):
    layers.append(torch.nn.Linear(sizes[i], sizes[i + 1]))
    if i not in (3, len(sizes) - 2):
        layers.append(torch.nn.ReLU())
model = torch.nn.Sequential(*layers, torch.nn.Sigmoid())
optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
x = torch.rand(batch, 784)
measure_training(lambda: torch.nn.functional.mse_loss(model(x), x), optimizer)
