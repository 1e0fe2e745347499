import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { TargetEntity } from './target.entity.js';

@Injectable()
export class TargetRepository {
  constructor(@InjectRepository(TargetEntity) private readonly targets: Repository<TargetEntity>) {}

  async hasAny(patientId: string): Promise<boolean> {
    return this.targets.existsBy({ patientId });
  }

  async ofPatient(patientId: string): Promise<TargetEntity[]> {
    return this.targets.find({ where: { patientId }, order: { id: 'ASC' } });
  }
}
